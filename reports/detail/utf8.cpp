#include "reports/detail/utf8.hpp"

#include <algorithm>
#include <cstdint>

namespace handfast::reports::detail {

namespace {

struct Lead {
  std::size_t length;
  std::uint8_t mask;
  char32_t lowest;  ///< smaller values would be an overlong encoding
};

Lead lead_of(std::uint8_t byte) {
  if (byte < 0x80) return {1, 0x7f, 0};
  if (byte >= 0xc2 && byte < 0xe0) return {2, 0x1f, 0x80};
  if (byte >= 0xe0 && byte < 0xf0) return {3, 0x0f, 0x800};
  if (byte >= 0xf0 && byte < 0xf5) return {4, 0x07, 0x10000};
  return {0, 0, 0};
}

/// Length in bytes of the first `columns` characters.
std::size_t prefix_bytes(std::string_view text, std::size_t columns) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < columns && at < text.size(); ++i)
    at += decode_utf8(text.substr(at)).bytes;
  return at;
}

}  // namespace

CodePoint decode_utf8(std::string_view text) {
  const auto lead = lead_of(static_cast<std::uint8_t>(text.front()));
  if (lead.length == 0 || lead.length > text.size()) return {};
  char32_t value = static_cast<std::uint8_t>(text.front()) & lead.mask;
  for (std::size_t i = 1; i < lead.length; ++i) {
    const auto byte = static_cast<std::uint8_t>(text[i]);
    if ((byte & 0xc0) != 0x80) return {};
    value = (value << 6) | (byte & 0x3fU);
  }
  const bool surrogate = value >= 0xd800 && value <= 0xdfff;
  if (value < lead.lowest || value > 0x10ffff || surrogate) return {};
  return {value, lead.length};
}

std::size_t display_width(std::string_view text) {
  std::size_t columns = 0;
  for (std::size_t at = 0; at < text.size(); ++columns) at += decode_utf8(text.substr(at)).bytes;
  return columns;
}

std::string fit_width(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string(text);
  if (columns <= 3) return std::string(text.substr(0, prefix_bytes(text, columns)));
  return std::string(text.substr(0, prefix_bytes(text, columns - 3))) + "...";
}

std::vector<std::string> wrap(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines;
  columns = std::max<std::size_t>(columns, 1);
  while (display_width(text) > columns) {
    const auto room = prefix_bytes(text, columns);
    const auto space = text.substr(0, room + 1).rfind(' ');
    const bool at_space = space != std::string_view::npos && space > 0;
    lines.emplace_back(text.substr(0, at_space ? space : room));
    text.remove_prefix(at_space ? space + 1 : room);
  }
  lines.emplace_back(text);
  return lines;
}

}  // namespace handfast::reports::detail
