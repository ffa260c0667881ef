// The lines of a terminal report.
#pragma once

#include <string>
#include <string_view>

#include "reports/detail/table.hpp"
#include "reports/summary.hpp"
#include "reports/terminal.hpp"

namespace handfast::reports::detail {

enum class Colour { none, red, green, yellow, bold, dim };

/// Collects lines, measured first and coloured afterwards, so that escapes never count as columns.
/// Texts are wrapped; rows of tables are cut, because a wrapped row is no row.
class Page {
 public:
  explicit Page(const TerminalStyle& style);

  void blank() { text_ += '\n'; }
  /// One line; the first `coloured` bytes get the colour.
  void line(std::string_view content, Colour colour = Colour::none,
            std::size_t coloured = std::string_view::npos);
  /// `head` followed by `content`, wrapped with a hanging indent as wide as `head`.
  void text(std::string_view head, std::string_view content, Colour colour = Colour::none,
            std::size_t coloured = 0);
  /// "Label       content": a section's one line or its first one.
  void labelled(std::string_view label, std::string_view content);
  /// The rows of a table, the first one as its heading.
  void table(const Table& table);
  /// "FAILED: 2 checks failed; ...": the verdict and its first reasons.
  void headline(const Headline& head);

  std::string_view mark(bool good) const;
  std::size_t width() const { return style_.width; }
  bool utf8() const { return style_.utf8; }
  std::string take() { return std::move(text_); }

 private:
  TerminalStyle style_;
  std::string text_;
};

/// A verdict in upper case where someone should look.
std::string shouted(Verdict verdict);

}  // namespace handfast::reports::detail
