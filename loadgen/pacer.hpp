// The open-loop schedule: when each connection is meant to start, whatever the broker does. Pure
// arithmetic; the clock is the caller's.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/clock.hpp"
#include "loadgen/fleet_spec.hpp"
#include "loadgen/numbering.hpp"

namespace handfast::loadgen {

/// Stages laid end to end. With R(t) the number of starts asked for until t (the integral of the
/// rate), start n (counted from 0) is meant for the t where R(t) = n: at a constant 100/s that is
/// 0, 10 ms, 20 ms and so on, and a ramp is followed exactly instead of in steps.
class Schedule {
 public:
  /// Rates must be finite and not negative, durations positive; run() checks that.
  explicit Schedule(const std::vector<Stage>& stages);

  /// How many starts there are: all n with R(t) = n before the end.
  std::uint64_t total() const { return total_; }
  /// From the start of the load to the end of the last stage.
  Nanos duration() const { return duration_; }
  /// When start `n` is meant, counted from the start of the load. `n` must be below total().
  Nanos at(std::uint64_t n) const;
  /// How many starts are meant at or before `elapsed`.
  std::uint64_t due(Nanos elapsed) const;

 private:
  struct Segment {
    double begin_s;  ///< since the start of the load
    double length_s;
    double rate;    ///< at its begin
    double slope;   ///< change of the rate per second
    double before;  ///< R(begin)
    double until;   ///< R(end)
  };
  std::vector<Segment> segments_;
  Nanos duration_{};
  std::uint64_t total_ = 0;
};

/// One worker's share of a schedule: the starts that its numbering gives it, in order.
class Pacer {
 public:
  Pacer(const Schedule& schedule, const Numbering& numbering);

  /// When the next start is meant; nullopt when all are taken.
  std::optional<Nanos> next() const { return next_; }
  /// Takes the next start and answers its number. next() must hold a value.
  std::uint64_t take();

  std::uint64_t taken() const { return taken_; }
  /// All starts of this share.
  std::uint64_t total() const { return numbering_.below(schedule_->total()); }
  /// Starts of this share that are meant at or before `elapsed`.
  std::uint64_t due(Nanos elapsed) const { return numbering_.below(schedule_->due(elapsed)); }

 private:
  void find_next();

  const Schedule* schedule_;
  Numbering numbering_;
  std::uint64_t taken_ = 0;
  std::optional<Nanos> next_;
};

}  // namespace handfast::loadgen
