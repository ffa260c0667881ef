// Clients that come back.
#pragma once

#include <cstdint>
#include <optional>

#include "loadgen/back_off.hpp"
#include "loadgen/follow_ups.hpp"

namespace handfast::loadgen {

/// A client whose connection ended, whoever ended it, waits as its back-off says and connects
/// again, as the same client with the same client identifier. The back-off starts anew with each
/// CONNACK. Every attempt is a started connection with an outcome of its own.
struct Reconnect {
  BackOff back_off;
  /// How long a connection is held before the client itself ends it; nullopt: until it is dropped.
  std::optional<Nanos> hold_for;
  /// Attempts in a row that may come to nothing before the client gives up; 0: no bound.
  std::uint32_t max_attempts = 0;
};

/// The attempt that follows `ended`, which was over at `now` and had reached its CONNACK or not;
/// nullopt when the client gives up.
std::optional<Start> next_attempt(const Reconnect& reconnect, const Start& ended, bool was_ready,
                                  TimePoint now, Random& random);

}  // namespace handfast::loadgen
