// A hashed timer wheel (Varghese and Lauck 1987, scheme 6): arm and cancel in constant time, no
// allocation. One worker has one, with a node inside each of its connections.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/base/clock.hpp"

namespace handfast::loadgen {

class TimerWheel {
 public:
  /// Ticks are this long; timers fire up to one tick late, never early.
  static constexpr Nanos tick = std::chrono::milliseconds(1);

  /// Embedded in what waits; must be cancelled or have fired before it goes away, and must not move
  /// while armed.
  class Node {
   public:
    Node() = default;
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;

    bool armed() const { return next_ != nullptr; }

   private:
    friend class TimerWheel;
    Node* previous_ = nullptr;
    Node* next_ = nullptr;
    std::uint64_t tick_ = 0;
  };

  /// Time begins at `start`; deadlines before it count as due.
  explicit TimerWheel(TimePoint start);
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;

  /// Arms `node` for `deadline`; an armed node is moved there.
  void arm(Node& node, TimePoint deadline);
  /// Does nothing for a node that is not armed.
  void cancel(Node& node);
  bool empty() const { return armed_ == 0; }

  /// Calls `expired(node)` for each node whose deadline has passed at `now`, earlier ticks first
  /// (after a pause of more than a turn in any order). The node is no longer armed then; the
  /// callback may arm and cancel any node.
  template <class Expired>
  void advance(TimePoint now, Expired expired) {
    collect(now);
    while (Node* node = take_due()) expired(*node);
  }

 private:
  static constexpr std::size_t slots =
      1024;  // one turn is about a second; longer timers pass by once a turn

  std::uint64_t tick_of(TimePoint deadline) const;
  void collect(TimePoint now);
  void collect_slot(std::size_t slot, std::uint64_t until);
  Node* take_due();
  static void unlink(Node& node);
  static void link_before(Node& node, Node& place);

  TimePoint start_;
  std::uint64_t done_ = 0;  ///< ticks that were looked at
  std::size_t armed_ = 0;
  std::array<Node, slots> heads_;  ///< rings: an empty one points at itself
  Node due_;                       ///< expired, not yet handed out
};

}  // namespace handfast::loadgen
