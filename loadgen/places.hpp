// The places of a closed loop that one worker looks after. No sockets, no clock.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/clock.hpp"
#include "loadgen/arrivals.hpp"
#include "loadgen/start.hpp"

namespace handfast::loadgen {

/// Free places in the order in which they became free: a start counts from the moment of *its*
/// place, so a loop that falls behind shows in each response time.
///
/// Place p (counted from 0 over all workers) has the clients p, p + in_flight, p + 2 in_flight and
/// so on to itself and goes round them, so no identity is ever in two connections at once.
class Places {
 public:
  /// The places p with p modulo `workers` equal to `worker`; all are free at `begin`. There must be
  /// at least as many clients as places.
  Places(const ClosedLoop& loop, std::uint64_t clients, unsigned worker, unsigned workers,
         TimePoint begin);

  bool any_free() const { return free_ > 0; }
  /// When the place that waits longest became free; any_free() must hold.
  TimePoint free_since() const { return ring_[head_].since; }
  /// Fills the place that waits longest; any_free() must hold.
  Start take();
  /// The connection of `client` is over, and its place free.
  void release(std::uint64_t client, TimePoint now);

  std::uint64_t taken() const { return taken_; }

 private:
  struct Place {
    TimePoint since;
    std::uint64_t client = 0;  ///< whose turn it is there
  };

  std::uint64_t in_flight_;
  std::uint64_t clients_;
  unsigned worker_;
  unsigned workers_;
  std::uint64_t taken_ = 0;
  std::vector<Place> ring_;  ///< as long as this worker has places
  std::size_t head_ = 0;
  std::size_t free_ = 0;
};

}  // namespace handfast::loadgen
