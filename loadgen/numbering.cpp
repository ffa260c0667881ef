#include "loadgen/numbering.hpp"

#include <cassert>

namespace handfast::loadgen {

Numbering::Numbering(std::uint64_t clients, Shard shard, unsigned worker, unsigned workers)
    : clients_(clients),
      shard_(shard),
      own_clients_(count_below(clients, shard.index, shard.count)),
      worker_(worker),
      workers_(workers) {
  assert(clients > 0 && shard.index < shard.count && worker < workers);
}

std::uint64_t Numbering::at(std::uint64_t k) const {
  assert(!none());
  const std::uint64_t in_shard = worker_ + k * workers_;
  const std::uint64_t client = shard_.index + in_shard % own_clients_ * shard_.count;
  return in_shard / own_clients_ * clients_ + client;
}

std::uint64_t Numbering::below(std::uint64_t count) const {
  return count_below(shard_part(count, clients_, shard_), worker_, workers_);
}

}  // namespace handfast::loadgen
