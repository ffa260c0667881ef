// Arrivals at random: many independent users who know nothing of each other.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/random.hpp"

namespace handfast::loadgen {

/// A Poisson process of rate 1 on [0, `until`): the gaps between its arrivals are exponential with
/// mean 1. Read through the inverse of R(t) it becomes a process whose rate follows any schedule
/// (Çinlar 1975). Each arrival depends on the seed and its number alone, whoever asks, so workers
/// and shards that share the numbers see parts of one and the same process.
class UnitPoisson {
 public:
  UnitPoisson(std::uint64_t seed, double until);

  /// Arrivals before `until`.
  std::uint64_t count() const { return count_; }
  /// Where arrival `n` is; `n` must be below count(). Costs up to `stride` logarithms.
  double at(std::uint64_t n) const;

 private:
  // A mark is 16 bytes: a quarter of a byte for each arrival.
  static constexpr std::uint64_t stride = 64;

  struct Mark {
    Random random;   ///< before the gap of arrival k * stride
    double arrived;  ///< the arrival before it
  };

  std::vector<Mark> marks_;
  std::uint64_t count_ = 0;
};

}  // namespace handfast::loadgen
