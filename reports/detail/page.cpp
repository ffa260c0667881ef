#include "reports/detail/page.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.hpp"
#include "reports/detail/utf8.hpp"

namespace handfast::reports::detail {

namespace {

constexpr std::size_t label_columns = 12;
constexpr std::size_t reasons_shown = 5;

std::string_view escape_of(Colour colour) {
  switch (colour) {
    case Colour::red:
      return "\x1b[1;31m";
    case Colour::green:
      return "\x1b[1;32m";
    case Colour::yellow:
      return "\x1b[1;33m";
    case Colour::bold:
      return "\x1b[1m";
    case Colour::dim:
      return "\x1b[2m";
    case Colour::none:
      return "";
  }
  return "";
}

Colour colour_of(Outcome outcome) {
  if (outcome == Outcome::passed) return Colour::green;
  return outcome == Outcome::failed || outcome == Outcome::error ? Colour::red : Colour::yellow;
}

}  // namespace

Page::Page(const TerminalStyle& style) : style_(style) {
  style_.width = std::max<std::size_t>(style_.width, 40);
}

void Page::line(std::string_view content, Colour colour, std::size_t coloured) {
  const auto cut = fit_width(content, style_.width);
  const auto head = std::min(coloured, cut.size());
  if (style_.colour && colour != Colour::none) {
    text_ +=
        fmt::format("{}{}\x1b[0m{}\n", escape_of(colour), cut.substr(0, head), cut.substr(head));
  } else {
    text_ += cut + '\n';
  }
}

void Page::text(std::string_view head, std::string_view content, Colour colour,
                std::size_t coloured) {
  const auto indent = std::min(display_width(head), style_.width / 2);
  const auto lines = wrap(content, style_.width - indent);
  line(fmt::format("{}{}", head, lines.front()), colour, coloured);
  for (std::size_t i = 1; i < lines.size(); ++i) line(fmt::format("{:{}}{}", "", indent, lines[i]));
}

void Page::labelled(std::string_view label, std::string_view content) {
  text(fmt::format("{:<{}}", label, label_columns), content, Colour::bold, label.size());
}

void Page::table(const Table& table) {
  const auto lines = table.lines();
  for (std::size_t i = 0; i < lines.size(); ++i)
    line(lines[i], i == 0 ? Colour::bold : Colour::none);
}

void Page::headline(const Headline& head) {
  const auto word = to_string(head.outcome);
  std::vector<std::string> why;
  for (std::size_t i = 0; i < std::min(head.reasons.size(), reasons_shown); ++i) {
    why.push_back(printable(head.reasons[i]));
  }
  if (head.reasons.size() > reasons_shown) {
    why.push_back(fmt::format("and {} more", head.reasons.size() - reasons_shown));
  }
  const auto separator = head.outcome == Outcome::passed ? ", " : "; ";
  text(fmt::format("{}{}", word, why.empty() ? "" : ": "), join(why, separator),
       colour_of(head.outcome), word.size());
}

std::string_view Page::mark(bool good) const {
  if (style_.utf8) return good ? "✓" : "✗";
  return good ? "ok" : "!!";
}

std::string shouted(Verdict verdict) {
  std::string word(to_string(verdict));
  if (verdict == Verdict::skip) return word;
  std::ranges::transform(word, word.begin(),
                         [](char c) { return static_cast<char>(c - 'a' + 'A'); });
  return word;
}

}  // namespace handfast::reports::detail
