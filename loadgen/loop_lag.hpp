// How far an event loop lags behind the clock, weighted by time.
#pragma once

#include "core/base/clock.hpp"
#include "core/stats/histogram.hpp"

namespace handfast::loadgen {

/// A loop that fires at least once each `interval` is asked "how late are you?" at every interval
/// of the grid, also at those it slept through: standing still for 100 ms is a hundred bad answers
/// on a grid of 1 ms, not one among a thousand good ones, which no percentile would show
/// (coordinated omission).
class LoopLag {
 public:
  LoopLag(TimePoint begin, Nanos interval) : next_(begin), interval_(interval) {}

  /// The loop fired at `now`: answers for all points of the grid since the last time.
  void fired(TimePoint now) {
    for (; next_ <= now; next_ += interval_) lag_.record(now - next_);
  }

  /// The answers so far; may be swapped out for an empty histogram.
  stats::Histogram& histogram() { return lag_; }

 private:
  TimePoint next_;
  Nanos interval_;
  stats::Histogram lag_;
};

}  // namespace handfast::loadgen
