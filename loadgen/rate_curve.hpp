// How many starts an open loop has asked for until a moment, and when it asks for a certain one.
// Pure arithmetic.
#pragma once

#include <vector>

#include "core/base/clock.hpp"
#include "loadgen/arrivals.hpp"

namespace handfast::loadgen {

/// R(t), the integral of the rate over stages laid end to end, and its inverse.
class RateCurve {
 public:
  /// Rates must be finite, durations positive, and no stage may fall below a rate of zero; run()
  /// checks that.
  explicit RateCurve(const std::vector<Stage>& stages);

  /// R at the end of the last stage.
  double total() const { return segments_.empty() ? 0.0 : segments_.back().until; }
  Nanos duration() const { return duration_; }
  /// R(elapsed): 0 before the first stage, total() after the last.
  double starts_until(Nanos elapsed) const;
  /// The t with R(t) = `count`, within the stages; a time of rate zero counts as its end.
  Nanos when(double count) const;

 private:
  struct Segment {
    double begin_s = 0;  ///< since the start of the load
    double length_s = 0;
    double rate = 0;       ///< at its begin, without the wave
    double slope = 0;      ///< change of that rate per second
    double amplitude = 0;  ///< of the wave; 0: none
    double period_s = 1;
    double before = 0;  ///< R(begin)
    double until = 0;   ///< R(end)

    double starts_until(double t) const;
    double when(double missing) const;
    double when_linear(double missing) const;
    double when_waving(double missing) const;
  };

  std::vector<Segment> segments_;
  Nanos duration_{};
};

}  // namespace handfast::loadgen
