// When the connections of a fleet start, as values.
#pragma once

#include <cstdint>

#include "core/base/clock.hpp"

namespace handfast::loadgen {

/// One stage of an open-loop schedule: the rate moves linearly from `from` to `to` (starts per
/// second).
struct Stage {
  double from = 0;
  double to = 0;
  Nanos duration{};
};

/// A closed loop: `in_flight` places over all workers, and each starts its next connection as soon
/// as the one before it is over, by success or failure. The broker sets the rate, so a broker that
/// stalls is asked less: response times are prone to coordinated omission, however exactly each
/// counts from the moment its place became free.
struct ClosedLoop {
  std::uint64_t in_flight = 1;
  Nanos duration{};
};

}  // namespace handfast::loadgen
