#include "loadgen/message_schedule.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace handfast::loadgen {

MessageSchedule::MessageSchedule(const PublishPace& pace, TimePoint epoch, double phase)
    : pace_(pace), epoch_(epoch), phase_(phase) {}

void MessageSchedule::start(TimePoint now) {
  end_ = now + pace_.duration;
  if (!paced()) return;
  const double place = seconds(now - epoch_) * pace_.rate - phase_;
  first_ = place <= 0 ? 0 : static_cast<std::uint64_t>(std::ceil(place));
}

void MessageSchedule::stop(TimePoint now) { end_ = std::min(end_.value_or(now), now); }

TimePoint MessageSchedule::at(std::uint64_t k) const {
  const double offset_s = (static_cast<double>(first_ + k) + phase_) / pace_.rate;
  return epoch_ + Nanos(std::llround(offset_s * 1e9));
}

std::uint64_t MessageSchedule::due(TimePoint now) const {
  if (!started()) return 0;
  const std::uint64_t limit =
      pace_.count > 0 ? pace_.count : std::numeric_limits<std::uint64_t>::max();
  if (!paced()) return now < *end_ ? limit : 0;
  const TimePoint until = std::min(now, *end_ - Nanos(1));
  if (until < at(0)) return 0;
  // Rounding may be one off either way; at() decides.
  const double elapsed = seconds(until - epoch_) * pace_.rate - phase_;
  auto count = static_cast<std::uint64_t>(std::max(elapsed, 0.0)) + 1;
  count = count > first_ ? count - first_ : 0;
  while (count > 0 && at(count - 1) > until) --count;
  while (at(count) <= until) ++count;
  return std::min(count, limit);
}

bool MessageSchedule::over(TimePoint now, std::uint64_t sent) const {
  return started() && (now >= *end_ || (pace_.count > 0 && sent >= pace_.count));
}

}  // namespace handfast::loadgen
