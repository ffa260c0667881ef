#include "harness/scenario/search_step.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace handfast::scenario {

namespace {

constexpr double kept_share = 0.99;

bool kept_up(const stats::FleetStats& fleet) {
  // One start more or less is the grain of a short step.
  const auto wanted = static_cast<double>(fleet.planned) * kept_share - 1;
  return static_cast<double>(fleet.started_in_time) >= wanted;
}

/// Why the broker did not hold; empty: it did.
std::string broken_by(const stats::Snapshot& load, const std::vector<Threshold>& thresholds) {
  for (const auto& threshold : evaluate(thresholds, load, {})) {
    if (!threshold.passed) return fmt::format("{}: {}", threshold.expression, threshold.observed);
  }
  const auto& fleet = load.fleets.front();
  if (kept_up(fleet)) return {};
  return fmt::format("{} of {} starts were made in time, the others waited below max_in_flight",
                     fleet.started_in_time, fleet.planned);
}

}  // namespace

reports::SearchStep judge_step(double per_s, const stats::Snapshot& load,
                               const std::vector<Threshold>& thresholds,
                               const std::vector<std::string>& saturation) {
  reports::SearchStep step{.offered_per_s = per_s};
  const auto& fleet = load.fleets.front();
  if (fleet.load_s > 0) {
    step.started_per_s = static_cast<double>(fleet.started_in_time) / fleet.load_s;
    step.achieved_per_s = static_cast<double>(fleet.ready_in_time) / fleet.load_s;
  }
  if (const auto ready = fleet.latency.find(stats::Phase::ready); ready != fleet.latency.end()) {
    const auto& response = ready->second.response;
    step.ready_p99 = std::min(response.quantile(0.99), response.max());
  }
  step.generator_limited = !saturation.empty();
  step.why = step.generator_limited ? saturation.front() : broken_by(load, thresholds);
  step.held = step.why.empty();
  return step;
}

}  // namespace handfast::scenario
