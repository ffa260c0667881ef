#include "loadgen/places.hpp"

#include <cassert>

namespace handfast::loadgen {

Places::Places(const ClosedLoop& loop, std::uint64_t clients, unsigned worker, unsigned workers,
               TimePoint begin)
    : in_flight_(loop.in_flight), clients_(clients), worker_(worker), workers_(workers) {
  assert(clients_ >= in_flight_);
  for (std::uint64_t place = worker; place < in_flight_; place += workers) {
    ring_.push_back({begin, place});
  }
  free_ = ring_.size();
}

Start Places::take() {
  assert(any_free());
  const Place place = ring_[head_];
  head_ = (head_ + 1) % ring_.size();
  --free_;
  return {worker_ + taken_++ * workers_, place.client, place.since};
}

void Places::release(std::uint64_t client, TimePoint now) {
  assert(free_ < ring_.size());
  const std::uint64_t next = client + in_flight_;
  ring_[(head_ + free_) % ring_.size()] = {now, next < clients_ ? next : client % in_flight_};
  ++free_;
}

}  // namespace handfast::loadgen
