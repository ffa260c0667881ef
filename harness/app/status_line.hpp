// A line on stderr that tells what is going on: refreshed on a terminal, plain lines in a pipe.
#pragma once

#include <string_view>

namespace handfast::app {

class StatusLine {
 public:
  /// `fd` is where lines go; whether it is a terminal decides the form.
  explicit StatusLine(int fd);

  /// A line that stays.
  void line(std::string_view text);
  /// A line that the next one overwrites; in a pipe one that stays.
  void refresh(std::string_view text);
  /// Ends the refreshed line, so that what follows starts on a fresh one.
  void finish();
  bool terminal() const { return terminal_; }

 private:
  int fd_;
  bool terminal_;
  bool open_ = false;  ///< a refreshed line stands on the terminal
};

}  // namespace handfast::app
