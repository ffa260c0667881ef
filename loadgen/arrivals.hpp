// When the connections of a fleet start, as values.
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/clock.hpp"

namespace handfast::loadgen {

/// A sine on top of a stage's rate; it begins at zero and rises. `amplitude` (starts per second)
/// may not exceed the stage's lower rate.
struct Wave {
  double amplitude = 0;
  Nanos period{};
};

/// One stage of an open-loop schedule: the rate moves linearly from `from` to `to` (starts per
/// second).
struct Stage {
  double from = 0;
  double to = 0;
  Nanos duration{};
  std::optional<Wave> wave{};
};

/// The starts of an open loop are random around their schedule: a Poisson process with its rate.
struct Poisson {
  std::uint64_t seed = 0;
};

/// How the phases of periodic clients lie in their period.
enum class Spread : std::uint8_t {
  even,    ///< at equal distances
  random,  ///< uniform and independent, so several may come close together
};

/// Each client connects once in every period, always at its own phase.
struct Periodic {
  Nanos every{};
  Spread spread = Spread::even;
  Nanos duration{};
  std::uint64_t seed = 0;  ///< of random phases
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
