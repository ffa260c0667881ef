#include "loadgen/follow_ups.hpp"

#include <cassert>

namespace handfast::loadgen {

void FollowUps::add(const Start& start) { heap_.push({start, added_++}); }

std::optional<TimePoint> FollowUps::next_due() const {
  if (heap_.empty()) return std::nullopt;
  return heap_.top().start.intended;
}

Start FollowUps::take() {
  assert(!heap_.empty());
  const Start start = heap_.top().start;
  heap_.pop();
  return start;
}

}  // namespace handfast::loadgen
