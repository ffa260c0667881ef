// Lines on stderr that tell what is going on: refreshed on a terminal, plain lines in a pipe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace handfast::app {

class StatusLine {
 public:
  /// `fd` is where lines go; whether it is a terminal decides the form.
  explicit StatusLine(int fd);

  /// A line that stays.
  void line(std::string_view text);
  /// A line that the next one overwrites; in a pipe one that stays.
  void refresh(std::string_view text);
  /// Lines that the next ones overwrite; each must fit the width.
  void refresh(const std::vector<std::string>& lines);
  /// Ends the refreshed lines, so that what follows starts on a fresh one.
  void finish();
  bool terminal() const { return terminal_; }
  int fd() const { return fd_; }

 private:
  void put(std::string_view text);

  int fd_;
  bool terminal_;
  std::size_t open_ = 0;  ///< refreshed lines that stand on the terminal
};

}  // namespace handfast::app
