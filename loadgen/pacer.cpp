#include "loadgen/pacer.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace handfast::loadgen {
namespace {

// R is computed in doubles: a sum that should be whole may come out a hair beside it.
constexpr double hair = 1e-9;

/// The number of integers n >= 0 with n < `count`, forgiving a hair.
std::uint64_t whole_below(double count) {
  return static_cast<std::uint64_t>(std::max(0.0, std::ceil(count - hair * std::max(1.0, count))));
}

}  // namespace

Schedule::Schedule(const std::vector<Stage>& stages) {
  double begin_s = 0;
  double before = 0;
  for (const Stage& stage : stages) {
    const double length_s = seconds(stage.duration);
    const double until = before + (stage.from + stage.to) / 2 * length_s;
    const double slope = (stage.to - stage.from) / length_s;
    segments_.push_back({begin_s, length_s, stage.from, slope, before, until});
    duration_ += stage.duration;
    begin_s = seconds(duration_);
    before = until;
  }
  total_ = whole_below(before);
}

Nanos Schedule::at(std::uint64_t n) const {
  assert(n < total_);
  const auto count = static_cast<double>(n);
  auto segment = std::ranges::upper_bound(segments_, count, {}, &Segment::until);
  if (segment == segments_.end()) --segment;  // a hair beyond the end
  // Solve rate * t + slope / 2 * t^2 = missing for t, in the form that does not cancel when slope
  // is small or negative.
  const double missing = std::max(0.0, count - segment->before);
  const double root =
      std::sqrt(std::max(0.0, segment->rate * segment->rate + 2 * segment->slope * missing));
  const double divisor = segment->rate + root;
  const double t = divisor > 0 ? 2 * missing / divisor : 0.0;
  const double at_s = segment->begin_s + std::min(t, segment->length_s);
  return std::min(Nanos(std::llround(at_s * 1e9)), duration_);
}

std::uint64_t Schedule::due(Nanos elapsed) const {
  if (elapsed >= duration_) return total_;
  // at() is monotonic, and the one definition of when a start is meant: search instead of a second
  // formula.
  std::uint64_t low = 0;
  std::uint64_t high = total_;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (at(middle) <= elapsed) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

Pacer::Pacer(const Schedule& schedule, const Numbering& numbering)
    : schedule_(&schedule), numbering_(numbering) {
  find_next();
}

std::uint64_t Pacer::take() {
  assert(next_);
  const std::uint64_t number = numbering_.at(taken_);
  ++taken_;
  find_next();
  return number;
}

void Pacer::find_next() {
  next_.reset();
  if (numbering_.none()) return;
  const std::uint64_t number = numbering_.at(taken_);
  if (number < schedule_->total()) next_ = schedule_->at(number);
}

}  // namespace handfast::loadgen
