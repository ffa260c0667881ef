#include "core/stats/contrast.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "core/base/random.hpp"

namespace handfast::stats {

namespace {

/// Mean and squared standard error of the mean.
struct Side {
  double mean = 0;
  double variance_of_mean = 0;
};

Side side_of(std::span<const double> values) {
  const auto count = static_cast<double>(values.size());
  Side side;
  side.mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  double squares = 0;
  for (const double value : values) squares += (value - side.mean) * (value - side.mean);
  side.variance_of_mean = squares / (count - 1) / count;
  return side;
}

/// What scatter there is beyond the rounding of equal values.
bool scatters(double standard_error, const Side& base, const Side& fresh) {
  const double size = std::max(std::abs(base.mean), std::abs(fresh.mean));
  return standard_error > 1e-12 * size;
}

void add_residuals(std::vector<double>& out, std::span<const double> values, double mean) {
  const auto count = static_cast<double>(values.size());
  const double widened = std::sqrt(count / (count - 1));
  for (const double value : values) out.push_back((value - mean) * widened);
}

void draw(std::vector<double>& out, const std::vector<double>& from, Random& random) {
  for (double& value : out) value = from[random.below(from.size())];
}

/// Indices by ascending p-value, equal ones in their order.
std::vector<std::size_t> by_p_value(std::span<const double> p_values) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(p_values[i], i); });
  return order;
}

}  // namespace

Contrast::Contrast(std::span<const double> base, std::span<const double> fresh,
                   const Bootstrap& bootstrap) {
  assert(base.size() >= 2 && fresh.size() >= 2);
  const Side left = side_of(base);
  const Side right = side_of(fresh);
  difference_ = right.mean - left.mean;
  standard_error_ = std::sqrt(left.variance_of_mean + right.variance_of_mean);
  if (!scatters(standard_error_, left, right)) {
    standard_error_ = 0;
    return;
  }
  std::vector<double> residuals;
  add_residuals(residuals, base, left.mean);
  add_residuals(residuals, fresh, right.mean);
  Random random(bootstrap.seed);
  std::vector<double> first(base.size());
  std::vector<double> second(fresh.size());
  quotients_.reserve(bootstrap.resamples);
  for (std::size_t i = 0; i < bootstrap.resamples; ++i) {
    draw(first, residuals, random);
    draw(second, residuals, random);
    const Side a = side_of(first);
    const Side b = side_of(second);
    const double error = std::sqrt(a.variance_of_mean + b.variance_of_mean);
    // A draw of one and the same residual has no error of its own: it proves nothing small.
    quotients_.push_back(error > 0 ? std::abs(b.mean - a.mean) / error
                                   : std::numeric_limits<double>::infinity());
  }
  std::ranges::sort(quotients_);
}

Interval Contrast::interval(double confidence) const {
  if (quotients_.empty()) return {difference_, difference_};
  const double rank = std::ceil(confidence * static_cast<double>(quotients_.size() + 1)) - 1;
  const auto last = quotients_.size() - 1;
  const auto index = std::min(last, static_cast<std::size_t>(std::max(rank, 0.0)));
  const double reach = quotients_[index] * standard_error_;
  return {difference_ - reach, difference_ + reach};
}

double Contrast::p_value(double margin) const {
  const double beyond = std::abs(difference_) - margin;
  if (beyond <= 0) return 1;
  if (quotients_.empty()) return 0;
  const auto first = std::ranges::lower_bound(quotients_, beyond / standard_error_);
  const auto reached = static_cast<double>(quotients_.end() - first);
  return (reached + 1) / static_cast<double>(quotients_.size() + 1);
}

std::vector<double> holm(std::span<const double> p_values) {
  std::vector<double> adjusted(p_values.size());
  double largest = 0;
  std::size_t left = p_values.size();
  for (const std::size_t i : by_p_value(p_values)) {
    largest = std::max(largest, std::min(1.0, p_values[i] * static_cast<double>(left--)));
    adjusted[i] = largest;
  }
  return adjusted;
}

std::vector<double> holm_shares(std::span<const double> p_values) {
  std::vector<double> shares(p_values.size());
  std::size_t left = p_values.size();
  for (const std::size_t i : by_p_value(p_values)) shares[i] = 1 / static_cast<double>(left--);
  return shares;
}

}  // namespace handfast::stats
