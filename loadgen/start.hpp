// One connection to make: what a schedule, a closed loop or another connection's end hands to the
// connections.
#pragma once

#include <cstdint>

#include "core/base/clock.hpp"

namespace handfast::loadgen {

/// A connection's place among a worker's, good for as long as that connection lives.
struct SlotId {
  std::uint32_t index;
  std::uint32_t generation;
};

enum class StartKind : std::uint8_t {
  scheduled,
  reconnect,  ///< a client comes back
  takeover,   ///< a client connects again while its first connection stands
};

/// One connection to make.
struct Start {
  std::uint64_t number =
      0;  ///< in the whole load of the fleet, over all workers; a follow-up keeps its client's
  std::uint64_t client = 0;  ///< index of the identity
  TimePoint intended;
  StartKind kind = StartKind::scheduled;
  bool never_ready = false;    ///< reconnect: the outage began with the client's first attempt
  std::uint32_t failures = 0;  ///< reconnect: attempts in a row that came to nothing so far
  TimePoint lost{};            ///< reconnect: since when the client has no connection
  TimePoint waits_since{};     ///< reconnect: since when it waits for this attempt
  SlotId first{};              ///< takeover: the first connection
};

}  // namespace handfast::loadgen
