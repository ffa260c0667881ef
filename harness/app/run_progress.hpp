// Progress of a run on stderr: one refreshed line on a terminal, plain lines in a pipe.
#pragma once

#include <string>
#include <string_view>

#include "harness/app/status_line.hpp"
#include "harness/scenario/run.hpp"

namespace handfast::app {

class Progress {
 public:
  /// `fd` is where lines go; whether it is a terminal decides the form.
  explicit Progress(int fd) : status_(fd) {}

  /// A line that stays.
  void line(std::string_view text) { status_.line(text); }
  /// Ends the refreshed line, so that what follows starts on a fresh one.
  void finish() { status_.finish(); }
  /// Callbacks into this object, which must outlive them.
  scenario::Observer observer();

 private:
  void on_check(std::size_t index, std::size_t total, const reports::CheckResult& result);
  void on_load(const stats::Snapshot& snapshot, Nanos planned);

  StatusLine status_;
};

/// "load 5 s of 9 s: 1,023 of 1,100 connected, 297/s, handshake p50 2.1 ms p99 5.6 ms, 3 in flight,
/// 0 errors".
std::string load_line(const stats::Snapshot& snapshot, Nanos planned);

}  // namespace handfast::app
