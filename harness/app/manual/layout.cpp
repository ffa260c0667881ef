#include "harness/app/manual/layout.hpp"

#include <fmt/format.h>

#include "core/base/text.hpp"

namespace handfast::app {

namespace {

constexpr std::size_t label_width = 11;

}  // namespace

std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
  std::string out;
  std::size_t column = indent;
  for (const auto& word : split(text, ' ')) {
    if (word.empty()) continue;
    if (out.empty()) {
      out = word;
    } else if (column + 1 + word.size() > width) {
      out += "\n" + std::string(indent, ' ') + word;
      column = indent;
    } else {
      out += " " + word;
      ++column;
    }
    column += word.size();
  }
  return out;
}

std::string labelled(std::string_view label, std::string_view text) {
  return fmt::format("{:<{}}{}\n", label, label_width, wrapped(text, label_width));
}

}  // namespace handfast::app
