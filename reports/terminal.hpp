// The summary at the end of a run: the verdict first, readable in ten seconds.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "reports/result.hpp"

namespace handfast::reports {

/// How the reader's terminal looks.
struct TerminalStyle {
  std::size_t width = 100;  ///< columns; lines are cut to it, below 40 counts as 40
  bool colour = false;
  bool utf8 = true;  ///< false: ASCII only for our own marks
};

/// The style for file descriptor `fd`: its width (or COLUMNS, or 100), colour on a terminal unless
/// NO_COLOR is set and not empty (no-color.org) or TERM is "dumb", UTF-8 by LC_ALL, LC_CTYPE or
/// LANG.
TerminalStyle detect_style(int fd);

/// The whole summary, lines ended by a newline. `files` are named at its end as the place of the
/// other reports. Control characters of foreign texts are printed as \xNN.
std::string terminal_summary(const Result& result, const TerminalStyle& style,
                             const std::vector<std::string>& files = {});

}  // namespace handfast::reports
