// Which starts of a fleet a worker makes when several processes, each with several workers, share
// one load. Pure arithmetic.
#pragma once

#include <cstdint>

namespace handfast::loadgen {

/// One process's part of a load: part `index` of `count`.
struct Shard {
  unsigned index = 0;  ///< below `count`
  unsigned count = 1;  ///< at least 1

  bool operator==(const Shard&) const = default;
};

/// How many of the numbers below `count` are `first`, `first` + `step` and so on.
constexpr std::uint64_t count_below(std::uint64_t count, std::uint64_t first, std::uint64_t step) {
  return count <= first ? 0 : (count - first - 1) / step + 1;
}

/// How many of the first `count` starts of a fleet belong to `shard`; see Numbering.
constexpr std::uint64_t shard_part(std::uint64_t count, std::uint64_t clients, Shard shard) {
  return count / clients * count_below(clients, shard.index, shard.count) +
         count_below(count % clients, shard.index, shard.count);
}

/// Start n of a fleet belongs to client n modulo `clients`, and client c to shard c modulo the
/// number of shards: so no two shards ever share a client, and all shards together make exactly the
/// starts of an unsharded run. Within a shard, workers take its starts in turns.
class Numbering {
 public:
  /// `clients` must be above 0, `worker` below `workers`. Shards may differ in `workers`.
  Numbering(std::uint64_t clients, Shard shard, unsigned worker, unsigned workers);

  /// This worker has no start at all: its shard has no client of the fleet.
  bool none() const { return own_clients_ == 0; }
  /// The number, in the whole load, of this worker's start `k` (from 0). none() must not hold.
  std::uint64_t at(std::uint64_t k) const;
  /// How many of the numbers below `count` belong to this worker.
  std::uint64_t below(std::uint64_t count) const;

 private:
  std::uint64_t clients_;
  Shard shard_;
  std::uint64_t own_clients_;  ///< clients of the shard
  unsigned worker_;
  unsigned workers_;
};

}  // namespace handfast::loadgen
