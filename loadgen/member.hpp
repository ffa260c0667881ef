// One connection among those of its fleet.
#pragma once

#include <cstdint>

#include "core/base/clock.hpp"

namespace handfast::loadgen {

struct Member {
  std::uint64_t client = 0;  ///< index of the identity
  std::uint64_t number = 0;  ///< of the start
  TimePoint epoch;           ///< begin of the load: origin of all message schedules
  /// End of the fleet's warm-up: a message meant before is counted nowhere.
  TimePoint measured_from = epoch;
  bool measured = true;  ///< the connection itself is not of the warm-up
};

}  // namespace handfast::loadgen
