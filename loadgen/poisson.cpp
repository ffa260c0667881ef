#include "loadgen/poisson.hpp"

#include <cassert>
#include <cmath>

namespace handfast::loadgen {
namespace {

/// Exponential with mean 1; unit() is below 1, so this is finite.
double gap(Random& random) { return -std::log1p(-random.unit()); }

}  // namespace

UnitPoisson::UnitPoisson(std::uint64_t seed, double until) {
  Random random(seed);
  double arrived = 0;
  for (;; ++count_) {
    const Mark mark{random, arrived};
    arrived += gap(random);
    if (arrived >= until) return;
    if (count_ % stride == 0) marks_.push_back(mark);
  }
}

double UnitPoisson::at(std::uint64_t n) const {
  assert(n < count_);
  Mark mark = marks_[n / stride];
  for (std::uint64_t k = 0; k <= n % stride; ++k) mark.arrived += gap(mark.random);
  return mark.arrived;
}

}  // namespace handfast::loadgen
