// Clients that each come back once a period: telemetry on a timer.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

#include "core/base/clock.hpp"
#include "loadgen/arrivals.hpp"

namespace handfast::loadgen {

/// The starts of a periodic load, in order of time. Start n belongs to turn n / clients; within a
/// turn every client starts once, at its own phase, which stays the same in every turn.
class PeriodicTimes {
 public:
  /// `every` and the duration must be positive, `clients` at least 1.
  PeriodicTimes(const Periodic& load, std::uint64_t clients);

  /// Starts before the end of the load.
  std::uint64_t total() const { return total_; }
  /// `n` must be below total().
  Nanos at(std::uint64_t n) const { return every_ * (n / clients_) + phase(n % clients_); }
  std::uint64_t client(std::uint64_t n) const;

 private:
  struct Phase {
    Nanos at;
    std::uint32_t client;

    auto operator<=>(const Phase&) const = default;
  };

  /// When the client that is `place`-th in each turn starts, from the begin of the turn.
  Nanos phase(std::uint64_t place) const;

  Nanos every_;
  std::uint64_t clients_;
  std::vector<Phase> phases_;  ///< by time; empty where the phases are even
  std::uint64_t total_ = 0;
};

}  // namespace handfast::loadgen
