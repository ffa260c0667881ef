#include "loadgen/message_board.hpp"

namespace handfast::loadgen {

void MessageBoard::add(Stream stream) {
  const std::lock_guard lock(mutex_);
  streams_.add(std::move(stream));
}

void MessageBoard::add(Reception reception) {
  const std::lock_guard lock(mutex_);
  receptions_.push_back(std::move(reception));
}

std::uint64_t MessageBoard::missing(const Reception& reception) const {
  const std::lock_guard lock(mutex_);
  std::uint64_t count = 0;
  streams_.for_each(reception,
                    [&](const Stream& stream) { count += shortfall(stream, reception).lost; });
  return count;
}

void MessageBoard::settle(std::vector<stats::FleetStats>& fleets) const {
  const std::lock_guard lock(mutex_);
  loadgen::settle(streams_, receptions_, fleets);
}

}  // namespace handfast::loadgen
