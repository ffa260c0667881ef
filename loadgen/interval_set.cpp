#include "loadgen/interval_set.hpp"

#include <algorithm>

namespace handfast::loadgen {

bool IntervalSet::insert(std::uint64_t value) {
  if (!intervals_.empty() && intervals_.back().end == value) {
    ++intervals_.back().end;
    return true;
  }
  return insert(Interval{value, value + 1}) == 1;
}

std::uint64_t IntervalSet::insert(Interval interval) {
  if (interval.begin >= interval.end) return 0;
  // From the first interval that touches it to the first that lies wholly behind it.
  const auto first = std::ranges::lower_bound(intervals_, interval.begin, {}, &Interval::end);
  const auto last =
      std::ranges::upper_bound(first, intervals_.end(), interval.end, {}, &Interval::begin);
  std::uint64_t known = 0;
  Interval whole = interval;
  for (auto it = first; it != last; ++it) {
    const auto begin = std::max(it->begin, interval.begin);
    const auto end = std::min(it->end, interval.end);
    if (begin < end) known += end - begin;
    whole = {std::min(whole.begin, it->begin), std::max(whole.end, it->end)};
  }
  if (first == last) {
    intervals_.insert(first, whole);
    if (intervals_.size() > max_intervals) give_up_lowest_gap();
  } else {
    *first = whole;
    intervals_.erase(first + 1, last);
  }
  return interval.end - interval.begin - known;
}

void IntervalSet::give_up_lowest_gap() {
  given_up_ += intervals_[1].begin - intervals_[0].end;
  intervals_[1].begin = intervals_[0].begin;
  intervals_.erase(intervals_.begin());
}

std::uint64_t IntervalSet::missing(std::uint64_t begin, std::uint64_t end) const {
  if (begin >= end) return 0;
  std::uint64_t there = 0;
  for (const Interval& interval : intervals_) {
    const auto from = std::max(interval.begin, begin);
    const auto to = std::min(interval.end, end);
    if (from < to) there += to - from;
  }
  return end - begin - there + given_up_;
}

}  // namespace handfast::loadgen
