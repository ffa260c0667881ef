// Progress of a run on stderr: refreshed lines on a terminal, plain lines in a pipe.
#pragma once

#include <string_view>
#include <utility>

#include "harness/app/live_view.hpp"
#include "harness/app/status_line.hpp"
#include "harness/scenario/run.hpp"

namespace handfast::app {

class Progress {
 public:
  /// `fd` is where lines go; whether it is a terminal decides the form.
  /// `plan` is what is known of the load.
  explicit Progress(int fd, LivePlan plan = {}) : status_(fd), plan_(std::move(plan)) {}

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
  LivePlan plan_;
  double told_s_ = 0;  ///< when a pipe was last told of the load, seconds since its start
};

}  // namespace handfast::app
