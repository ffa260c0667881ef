#include "loadgen/back_off.hpp"

#include <algorithm>
#include <cmath>

namespace handfast::loadgen {
namespace {

Nanos part_of(Nanos whole, double share) {
  return Nanos(static_cast<Nanos::rep>(static_cast<double>(whole.count()) * share));
}

}  // namespace

Nanos ceiling(const BackOff& back_off, std::uint32_t waits) {
  // In floating point, where a thousand waits give infinity and no overflow.
  const double grown =
      static_cast<double>(back_off.initial.count()) * std::pow(back_off.multiplier, waits);
  if (grown >= static_cast<double>(back_off.max.count())) return back_off.max;
  return Nanos(static_cast<Nanos::rep>(grown));
}

Nanos delay(const BackOff& back_off, std::uint32_t waits, Random& random) {
  const Nanos most = ceiling(back_off, waits);
  switch (back_off.jitter) {
    case Jitter::none:
      break;
    case Jitter::equal:
      return most / 2 + part_of(most - most / 2, random.unit());
    case Jitter::full:
      return part_of(most, random.unit());
  }
  return most;
}

}  // namespace handfast::loadgen
