// Thresholds: "sensors.handshake.p99 < 50ms". Parsed before a run, evaluated on its snapshot.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"
#include "core/stats/snapshot.hpp"
#include "harness/scenario/metrics.hpp"
#include "reports/result.hpp"

namespace handfast::scenario {

enum class Comparison : std::uint8_t { less, less_equal, greater, greater_equal, equal, not_equal };
std::string_view to_string(Comparison comparison);

struct Threshold {
  std::string expression;                ///< with single spaces: "sensors.handshake.p99 < 50ms"
  std::string fleet;                     ///< empty for `checks`
  const Metric* metric = nullptr;        ///< of the static table; never null once parsed
  bool service = false;                  ///< service time instead of response time
  const Statistic* statistic = nullptr;  ///< latencies only
  Comparison comparison = Comparison::less;
  double value = 0;  ///< nanoseconds, a count, or events per second, as the metric's unit says
};

/// Parses `FLEET.METRIC[.service][.STATISTIC] OPERATOR VALUE` or `checks.METRIC OPERATOR VALUE`.
/// Usage problem, without a place, for everything else; whether the fleet exists is its reader's to
/// say.
Result<Threshold> parse_threshold(std::string_view text);

/// The checks of a run by verdict.
struct CheckCounts {
  std::uint64_t passed = 0, failed = 0, warned = 0, informed = 0, skipped = 0, inconclusive = 0,
                errors = 0;
  std::uint64_t total() const {
    return passed + failed + warned + informed + skipped + inconclusive + errors;
  }
};
CheckCounts count_checks(const std::vector<reports::CheckResult>& checks);

/// What every threshold saw, in their order. One whose metric has no samples is not evaluated, not
/// passed, and says so.
std::vector<reports::ThresholdResult> evaluate(const std::vector<Threshold>& thresholds,
                                               const stats::Snapshot& snapshot,
                                               const CheckCounts& checks);

}  // namespace handfast::scenario
