// The sequence numbers seen of one stream, as intervals: a stream without gaps is one interval,
// however long.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace handfast::loadgen {

/// Bounded: with more than `max_intervals` the lowest gap is given up. Its numbers then count as
/// missing for good, and one that comes after all counts as seen before.
class IntervalSet {
 public:
  static constexpr std::size_t max_intervals = 4096;

  struct Interval {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;  ///< behind the last
  };

  /// False when `value` was there already. No allocation for a number that continues the last
  /// interval.
  bool insert(std::uint64_t value);
  /// Adds all numbers of `interval`; answers how many were new.
  std::uint64_t insert(Interval interval);

  /// How many of the numbers from `begin` to `end` (behind the last) are not there.
  std::uint64_t missing(std::uint64_t begin, std::uint64_t end) const;
  bool empty() const { return intervals_.empty(); }
  /// Behind the highest; 0 when empty.
  std::uint64_t end() const { return intervals_.empty() ? 0 : intervals_.back().end; }
  std::span<const Interval> intervals() const { return intervals_; }

 private:
  void give_up_lowest_gap();

  std::vector<Interval> intervals_;  ///< ascending, with at least one number between two
  std::uint64_t given_up_ = 0;
};

}  // namespace handfast::loadgen
