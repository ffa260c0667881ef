// Spreads a share evenly over events: of any n events in a row, the share of n, rounded down or up,
// is chosen. No chance is involved, so a mix is exact from the first second on.
#pragma once

#include <cmath>
#include <cstdint>

namespace handfast::loadgen {

class ShareCounter {
 public:
  /// `share` is 0 to 1.
  explicit ShareCounter(double share) : share_(share) {}

  /// Whether the next event is chosen.
  bool next() {
    const double before = std::floor(static_cast<double>(seen_) * share_ + rounding);
    ++seen_;
    return std::floor(static_cast<double>(seen_) * share_ + rounding) > before;
  }

 private:
  /// 10 x 0.1 is a little less than 1 in binary.
  static constexpr double rounding = 1e-9;

  double share_;
  std::uint64_t seen_ = 0;
};

}  // namespace handfast::loadgen
