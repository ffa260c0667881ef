#include "core/stats/base64.hpp"

#include <fmt/format.h>

namespace handfast::stats {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::size_t padding_of(std::string_view text) {
  if (text.ends_with("==")) return 2;
  return text.ends_with('=') ? 1 : 0;
}

}  // namespace

std::string to_base64(ByteView bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t have = std::min<std::size_t>(3, bytes.size() - at);
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) group = group << 8 | (i < have ? bytes[at + i] : 0U);
    for (std::size_t i = 0; i < 4; ++i) {
      text.push_back(i <= have ? alphabet[group >> (18 - 6 * i) & 63] : '=');
    }
  }
  return text;
}

Result<Bytes> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) {
    return usage_problem(fmt::format("base64 of {} characters: not a multiple of 4", text.size()));
  }
  const std::size_t digits = text.size() - padding_of(text);
  Bytes bytes;
  bytes.reserve(digits * 3 / 4);
  std::uint32_t bits = 0;
  int held = 0;
  for (std::size_t at = 0; at < digits; ++at) {
    const std::size_t value = alphabet.find(text[at]);
    if (value == std::string_view::npos) {
      return usage_problem(fmt::format("base64: bad character at {}", at));
    }
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes.push_back(static_cast<std::uint8_t>(bits >> held));
    bits &= (1U << held) - 1;
  }
  if (bits != 0) return usage_problem("base64: bits behind the last byte are not zero");
  return bytes;
}

}  // namespace handfast::stats
