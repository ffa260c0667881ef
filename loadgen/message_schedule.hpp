// When one client means to publish: the open-loop schedule of its messages. Pure arithmetic; the
// clock is the caller's.
#pragma once

#include <cstdint>
#include <optional>

#include "loadgen/messages.hpp"

namespace handfast::loadgen {

/// With a rate, message k is meant for the k-th point of the client's grid after start():
///
///     epoch + (0 + phase) / rate, epoch + (1 + phase) / rate, ...
///
/// The phase (0 to 1) shifts clients of one fleet against each other, so that they do not fire
/// together. Without a rate every message is meant for the moment it can be sent.
class MessageSchedule {
 public:
  MessageSchedule(const PublishPace& pace, TimePoint epoch, double phase);

  /// The client may publish from `now` on. Call once.
  void start(TimePoint now);
  bool started() const { return end_.has_value(); }
  /// Nothing is meant at or after `now`.
  void stop(TimePoint now);

  bool paced() const { return pace_.rate > 0; }
  /// How many messages are meant at or before `now`; without a rate all that there may be, and
  /// after the end 0, as none of them was owed.
  std::uint64_t due(TimePoint now) const;
  /// When message `k` is meant; with a rate only.
  TimePoint at(std::uint64_t k) const;
  TimePoint end() const { return *end_; }
  /// `sent` messages were all.
  bool over(TimePoint now, std::uint64_t sent) const;

 private:
  const PublishPace& pace_;
  TimePoint epoch_;
  double phase_;
  std::uint64_t first_ = 0;  ///< place of message 0 on the grid
  std::optional<TimePoint> end_;
};

}  // namespace handfast::loadgen
