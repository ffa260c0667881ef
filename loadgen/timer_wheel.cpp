#include "loadgen/timer_wheel.hpp"

#include <algorithm>

namespace handfast::loadgen {

TimerWheel::TimerWheel(TimePoint start) : start_(start) {
  for (Node& head : heads_) head.previous_ = head.next_ = &head;
  due_.previous_ = due_.next_ = &due_;
}

void TimerWheel::arm(Node& node, TimePoint deadline) {
  cancel(node);
  node.tick_ = std::max(tick_of(deadline), done_ + 1);
  link_before(node, heads_[node.tick_ % slots]);
  ++armed_;
}

void TimerWheel::cancel(Node& node) {
  if (!node.armed()) return;
  unlink(node);
  --armed_;
}

/// The first tick at which `deadline` has passed: rounded up, so that no timer fires early.
std::uint64_t TimerWheel::tick_of(TimePoint deadline) const {
  if (deadline <= start_) return 0;
  const Nanos offset = deadline - start_;
  return static_cast<std::uint64_t>((offset + tick - Nanos(1)) / tick);
}

void TimerWheel::collect(TimePoint now) {
  if (now < start_) return;
  const auto until = static_cast<std::uint64_t>((now - start_) / tick);
  if (until <= done_) return;
  // After a pause of more than a turn every slot is looked at once, not once for each missed turn.
  const std::uint64_t steps = std::min<std::uint64_t>(until - done_, slots);
  for (std::uint64_t step = 1; step <= steps; ++step) {
    collect_slot((done_ + step) % slots, until);
  }
  done_ = until;
}

void TimerWheel::collect_slot(std::size_t slot, std::uint64_t until) {
  Node& head = heads_[slot];
  for (Node* node = head.next_; node != &head;) {
    Node* following = node->next_;
    if (node->tick_ <= until) {
      unlink(*node);
      link_before(*node, due_);
    }
    node = following;
  }
}

TimerWheel::Node* TimerWheel::take_due() {
  Node* node = due_.next_;
  if (node == &due_) return nullptr;
  unlink(*node);
  --armed_;
  return node;
}

void TimerWheel::unlink(Node& node) {
  node.previous_->next_ = node.next_;
  node.next_->previous_ = node.previous_;
  node.previous_ = node.next_ = nullptr;
}

void TimerWheel::link_before(Node& node, Node& place) {
  node.previous_ = place.previous_;
  node.next_ = &place;
  place.previous_->next_ = &node;
  place.previous_ = &node;
}

}  // namespace handfast::loadgen
