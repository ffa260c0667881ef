// Two sides of several runs each: how far apart are they, and could chance alone explain it?
//
// A bootstrap over runs: the residuals of both sides (each run minus the mean of its side, widened
// by sqrt(n / (n - 1))) are drawn again and again, and each draw's difference is divided by its own
// standard error. How large that quotient becomes by chance is what an observed difference is
// measured by (bootstrap-t; Efron and Tibshirani 1993, chapter 12.5). The percentile bootstrap is
// too narrow for five runs a side: its interval can never be wider than what was seen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace handfast::stats {

struct Bootstrap {
  std::size_t resamples = 20'000;
  std::uint64_t seed = 1;  ///< the same seed gives the same answer on every machine
};

struct Interval {
  double low = 0;
  double high = 0;
};

/// Runs a side that a judgement needs at least: two have one degree of freedom each.
inline constexpr std::size_t least_runs = 3;

/// What separates the means of two sides. Each run counts as one value: samples of one run share
/// its weather, so they are no independent ones.
class Contrast {
 public:
  /// Each side has two values or more, all of them finite.
  Contrast(std::span<const double> base, std::span<const double> fresh, const Bootstrap& bootstrap);

  double difference() const { return difference_; }  ///< mean of `fresh` minus mean of `base`
  double standard_error() const { return standard_error_; }
  /// Where the true difference lies with `confidence` (above 0, below 1); symmetric. A point when
  /// no side scatters at all.
  Interval interval(double confidence) const;
  /// How often chance alone shows a difference as large as this one when the true one is at most
  /// `margin` (0 or more) in either direction; 1 when the difference is within the margin itself.
  double p_value(double margin) const;

 private:
  double difference_ = 0;
  double standard_error_ = 0;
  std::vector<double> quotients_;  ///< of the resamples, without sign, ascending
};

/// Holm's correction for as many judgements as there are `p_values` (Holm 1979): the adjusted ones
/// in the same order. All those of at most alpha may be rejected together, and the chance that any
/// of them is wrong stays below alpha, however they depend on each other.
std::vector<double> holm(std::span<const double> p_values);

/// The share of alpha that Holm's procedure gives to each of `p_values`, in the same order: one
/// divided by the number of judgements that are left when its turn comes. 1 - alpha times it is the
/// confidence of the interval that says the same as the adjusted p-value.
std::vector<double> holm_shares(std::span<const double> p_values);

}  // namespace handfast::stats
