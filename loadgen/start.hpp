// One connection to make: what a schedule or a closed loop hands to the connections.
#pragma once

#include <cstdint>

#include "core/base/clock.hpp"

namespace handfast::loadgen {

struct Start {
  std::uint64_t number = 0;  ///< in the whole load of the fleet, over all workers
  std::uint64_t client = 0;  ///< index of the identity
  TimePoint intended;
};

}  // namespace handfast::loadgen
