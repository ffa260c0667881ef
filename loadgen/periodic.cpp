#include "loadgen/periodic.hpp"

#include <algorithm>

#include "core/base/random.hpp"

namespace handfast::loadgen {

PeriodicTimes::PeriodicTimes(const Periodic& load, std::uint64_t clients)
    : every_(load.every), clients_(clients) {
  if (load.spread == Spread::random) {
    Random random(load.seed);
    const auto every = static_cast<double>(load.every.count());
    for (std::uint32_t client = 0; client < clients; ++client) {
      phases_.push_back({Nanos(static_cast<std::int64_t>(every * random.unit())), client});
    }
    std::ranges::sort(phases_);
  }
  total_ = static_cast<std::uint64_t>(load.duration / every_) * clients_;
  const Nanos rest = load.duration % every_;
  for (std::uint64_t place = 0; place < clients_ && phase(place) < rest; ++place) ++total_;
}

std::uint64_t PeriodicTimes::client(std::uint64_t n) const {
  const std::uint64_t place = n % clients_;
  return phases_.empty() ? place : phases_[place].client;
}

Nanos PeriodicTimes::phase(std::uint64_t place) const {
  if (!phases_.empty()) return phases_[place].at;
  // every * place / clients, in pieces: the product may not fit.
  const auto every = static_cast<std::uint64_t>(every_.count());
  const std::uint64_t whole = every / clients_ * place;
  return Nanos(static_cast<std::int64_t>(whole + every % clients_ * place / clients_));
}

}  // namespace handfast::loadgen
