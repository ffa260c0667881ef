#include "harness/app/status_line.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <utility>

#include "reports/terminal.hpp"

namespace handfast::app {

StatusLine::StatusLine(int fd) : fd_(fd), terminal_(isatty(fd) == 1) {}

void StatusLine::put(std::string_view text) {
  [[maybe_unused]] const auto written = write(fd_, text.data(), text.size());
}

void StatusLine::line(std::string_view text) {
  finish();
  put(fmt::format("{}\n", text));
}

void StatusLine::finish() {
  if (std::exchange(open_, 0) > 0) put("\n");
}

void StatusLine::refresh(std::string_view text) {
  if (!terminal_) return line(text);
  // Cut to the width: a line that wraps cannot be overwritten.
  refresh(
      std::vector<std::string>{std::string(text.substr(0, reports::detect_style(fd_).width - 1))});
}

void StatusLine::refresh(const std::vector<std::string>& lines) {
  if (!terminal_) {
    for (const auto& text : lines) line(text);
    return;
  }
  // In one write, so that no half of it is ever seen. CSI K clears what the line before left there,
  // CSI J what stood below.
  std::string out = "\r";
  if (open_ > 1) out += fmt::format("\x1b[{}A", open_ - 1);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    out += fmt::format("{}{}\x1b[K", i == 0 ? "" : "\n", lines[i]);
  }
  out += "\x1b[J";
  put(out);
  open_ = lines.size();
}

}  // namespace handfast::app
