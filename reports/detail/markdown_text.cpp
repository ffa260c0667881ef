#include "reports/detail/markdown_text.hpp"

#include "core/base/text.hpp"
#include "reports/detail/utf8.hpp"

namespace handfast::reports::detail {

namespace {

constexpr std::size_t text_limit = 1000;

}  // namespace

std::string markdown_text(std::string_view text) {
  std::string out;
  const auto safe = printable(text, text_limit);
  for (std::string_view rest = safe; !rest.empty();) {
    const auto [value, bytes] = decode_utf8(rest);
    const auto piece = rest.substr(0, bytes);
    rest.remove_prefix(bytes);
    if (value == 0xfffd && bytes == 1) {
      out += "\xef\xbf\xbd";
    } else if (piece == "<") {
      out += "&lt;";
    } else if (piece == "&") {
      out += "&amp;";
    } else {
      if (std::string_view("\\`*_[]>|#~").find(piece) != std::string_view::npos) out += '\\';
      out += piece;
    }
  }
  return out;
}

}  // namespace handfast::reports::detail
