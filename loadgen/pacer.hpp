// When each connection of an open or periodic load is meant to start, whatever the broker does.
// Pure arithmetic; the clock is the caller's.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/clock.hpp"
#include "loadgen/arrivals.hpp"
#include "loadgen/numbering.hpp"
#include "loadgen/periodic.hpp"
#include "loadgen/poisson.hpp"
#include "loadgen/rate_curve.hpp"

namespace handfast::loadgen {

/// With R(t) the number of starts asked for until t (the integral of the rate), start n (counted
/// from 0) is meant for the t where R(t) = n: at a constant 100/s that is 0, 10 ms, 20 ms and so
/// on, and a ramp is followed exactly instead of in steps. In a Poisson process R(t) is the n-th
/// arrival of a process of rate 1 instead; periodic clients bring times of their own.
class Schedule {
 public:
  /// Stages laid end to end; what RateCurve asks of them must hold, which run() checks.
  explicit Schedule(const std::vector<Stage>& stages);
  Schedule(const std::vector<Stage>& stages, const Poisson& poisson);
  Schedule(const Periodic& load, std::uint64_t clients);

  /// How many starts there are.
  std::uint64_t total() const { return total_; }
  /// From the start of the load to the end of the last stage.
  Nanos duration() const { return duration_; }
  /// When start `n` is meant, counted from the start of the load. `n` must be below total().
  Nanos at(std::uint64_t n) const;
  /// Which of `clients` makes start `n`.
  std::uint64_t client(std::uint64_t n, std::uint64_t clients) const;
  /// How many starts are meant at or before `elapsed`.
  std::uint64_t due(Nanos elapsed) const;

 private:
  RateCurve curve_;
  std::optional<UnitPoisson> poisson_;
  std::optional<PeriodicTimes> periodic_;
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
