#include "reports/detail/html_document.hpp"

namespace handfast::reports::detail {

std::string fill_shell(std::string_view shell,
                       const std::function<std::string(std::string_view)>& value_of) {
  std::string out;
  while (true) {
    const auto begin = shell.find('@');
    const auto end = begin == std::string_view::npos ? begin : shell.find('@', begin + 1);
    if (end == std::string_view::npos) return out.append(shell);
    out += shell.substr(0, begin);
    out += value_of(shell.substr(begin + 1, end - begin - 1));
    shell.remove_prefix(end + 1);
  }
}

std::string embedded(const Json& tree) {
  std::string out;
  for (char c : text_of(tree, -1)) {
    if (c == '<') {
      out += "\\u003c";
    } else {
      out += c;
    }
  }
  return out;
}

std::string html_escaped(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace handfast::reports::detail
