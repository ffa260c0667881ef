// How long a client waits before it tries again: exponential back-off with jitter. Pure arithmetic.
#pragma once

#include <cstdint>

#include "core/base/clock.hpp"
#include "core/base/random.hpp"

namespace handfast::loadgen {

/// Without jitter all clients of a broker that went away come back in the same instant, again and
/// again (Brooker, "Exponential Backoff And Jitter", 2015, whose words these are).
enum class Jitter : std::uint8_t {
  none,   ///< exactly the ceiling
  equal,  ///< half the ceiling, and up to as much again
  full,   ///< anything from zero to the ceiling
};

struct BackOff {
  Nanos initial = std::chrono::milliseconds(100);  ///< ceiling before the first try; above zero
  Nanos max = std::chrono::seconds(30);            ///< ceiling of the ceiling; at least `initial`
  double multiplier = 2;                           ///< of the ceiling, each time; 1 to 100
  Jitter jitter = Jitter::full;
};

/// initial × multiplier^waits, at most max. `waits` counts those of the same outage before this
/// one.
Nanos ceiling(const BackOff& back_off, std::uint32_t waits);

/// The wait itself: the ceiling, jittered.
Nanos delay(const BackOff& back_off, std::uint32_t waits, Random& random);

}  // namespace handfast::loadgen
