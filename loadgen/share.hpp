// A share of the starts of a schedule, exact at every moment.
#pragma once

#include <cmath>
#include <cstdint>

namespace handfast::loadgen {

/// True for exactly `share` (0 to 1) of all start numbers, spread evenly: of the first n starts
/// floor(n × share) are chosen, whatever n is (error diffusion without memory, so that workers and
/// shards agree without talking).
inline bool in_share(std::uint64_t number, double share) {
  // A share such as 0.3 is no binary fraction; a hair more keeps 10 × 0.3 from being below 3.
  constexpr double hair = 1e-9;
  const auto chosen_of_first = [share](std::uint64_t count) {
    return std::floor(static_cast<double>(count) * share + hair);
  };
  return chosen_of_first(number + 1) > chosen_of_first(number);
}

}  // namespace handfast::loadgen
