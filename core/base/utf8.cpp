#include "core/base/utf8.hpp"

#include <cstdint>

namespace handfast {

namespace {

/// A row of RFC 3629 §4: which lead bytes open a sequence of `size` bytes, and what its second byte
/// may be. Bounds on the second byte alone exclude overlong forms, surrogates and code points above
/// U+10FFFF.
struct SequenceRule {
  std::uint8_t first_lead, last_lead;
  std::uint8_t second_low, second_high;
  std::size_t size;
};
constexpr SequenceRule rules[] = {
    {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3}, {0xe1, 0xec, 0x80, 0xbf, 3},
    {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3}, {0xf0, 0xf0, 0x90, 0xbf, 4},
    {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
};

/// Length of the well-formed sequence at the start of non-empty `text`; 0 when there is none.
std::size_t sequence_size(std::string_view text) {
  const auto byte = [text](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
  const auto lead = byte(0);
  if (lead < 0x80) return 1;
  for (const auto& rule : rules) {
    if (lead < rule.first_lead || lead > rule.last_lead) continue;
    if (text.size() < rule.size) return 0;
    if (byte(1) < rule.second_low || byte(1) > rule.second_high) return 0;
    for (std::size_t i = 2; i < rule.size; ++i) {
      if ((byte(i) & 0xc0) != 0x80) return 0;
    }
    return rule.size;
  }
  return 0;
}

}  // namespace

std::optional<std::size_t> find_ill_formed_utf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto size = sequence_size(text.substr(at));
    if (size == 0) return at;
    at += size;
  }
  return std::nullopt;
}

}  // namespace handfast
