#include "harness/app/status_line.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <utility>

#include "reports/terminal.hpp"

namespace handfast::app {

StatusLine::StatusLine(int fd) : fd_(fd), terminal_(isatty(fd) == 1) {}

void StatusLine::line(std::string_view text) {
  finish();
  const auto out = fmt::format("{}\n", text);
  [[maybe_unused]] const auto written = write(fd_, out.data(), out.size());
}

void StatusLine::finish() {
  if (!std::exchange(open_, false)) return;
  [[maybe_unused]] const auto written = write(fd_, "\n", 1);
}

void StatusLine::refresh(std::string_view text) {
  if (!terminal_) return line(text);
  // Cut to the width: a line that wraps cannot be overwritten. CSI K clears what the last one left.
  const auto out = fmt::format("\r{}\x1b[K", text.substr(0, reports::detect_style(fd_).width - 1));
  [[maybe_unused]] const auto written = write(fd_, out.data(), out.size());
  open_ = true;
}

}  // namespace handfast::app
