#include "harness/scenario/detail/yaml_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.hpp"

namespace handfast::scenario::detail {

std::string scalar(std::string_view text) {
  const auto harmless = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '/';
  };
  const bool letter_first =
      !text.empty() && ((text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z'));
  // "null" and "true" are words that a reader could take for something else.
  const bool reserved =
      text == "null" || text == "Null" || text == "NULL" || text == "true" || text == "false";
  if (letter_first && !reserved && std::all_of(text.begin(), text.end(), harmless))
    return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string list(const std::vector<std::string>& texts) {
  std::vector<std::string> parts;
  for (const auto& text : texts) parts.push_back(scalar(text));
  return "[" + join(parts, ", ") + "]";
}

std::string flow(const std::vector<std::string>& parts) { return "{" + join(parts, ", ") + "}"; }

}  // namespace handfast::scenario::detail
