// Thresholds against what was measured. A metric without samples proves nothing, so it never
// passes.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/base/units.hpp"
#include "harness/scenario/detail/measured.hpp"
#include "harness/scenario/lifecycle_metrics.hpp"
#include "harness/scenario/threshold.hpp"

namespace handfast::scenario {

namespace {

using detail::Measured;

Measured measure_latency(const Threshold& threshold, const stats::FleetStats& fleet) {
  const auto phase = fleet.latency.find(*threshold.metric->phase);
  if (phase == fleet.latency.end()) return {{}, "no samples"};
  const auto& histogram = threshold.service ? phase->second.service : phase->second.response;
  if (histogram.empty()) return {{}, "no samples"};
  const auto& statistic = *threshold.statistic;
  const auto value = statistic.quantile        ? histogram.quantile(*statistic.quantile)
                     : statistic.name == "min" ? histogram.min()
                     : statistic.name == "max" ? histogram.max()
                                               : histogram.mean();
  return {static_cast<double>(value.count()), {}};
}

Measured share(std::uint64_t part, std::uint64_t whole, const char* missing) {
  if (whole == 0) return {{}, missing};
  return {static_cast<double>(part) / static_cast<double>(whole), {}};
}

/// nullopt for a metric that is not about datagrams.
std::optional<Measured> measure_datagrams(std::string_view name, const stats::FleetStats& fleet) {
  const auto datagrams = fleet.datagrams.value_or(stats::DatagramStats{});
  if (name == "retransmits") return Measured{static_cast<double>(datagrams.retransmits), {}};
  if (name == "restarts") return Measured{static_cast<double>(datagrams.restarts), {}};
  if (name == "kernel_drops") return Measured{static_cast<double>(datagrams.kernel_drops), {}};
  if (name == "retransmitted_share")
    return share(datagrams.retransmitted, datagrams.handshakes, "no handshake was completed");
  return std::nullopt;
}

Measured measure_fleet(const Threshold& threshold, const stats::Snapshot& snapshot) {
  const auto fleet = std::find_if(
      snapshot.fleets.begin(), snapshot.fleets.end(),
      [&](const stats::FleetStats& candidate) { return candidate.name == threshold.fleet; });
  if (fleet == snapshot.fleets.end()) return {{}, "the fleet did not run"};
  if (threshold.metric->phase) return measure_latency(threshold, *fleet);

  const auto name = threshold.metric->name;
  if (name == "started") return {static_cast<double>(fleet->started), {}};
  if (name == "dropped") return {static_cast<double>(fleet->dropped), {}};
  // "errors == 0" after nothing was tried would be a green light for nothing.
  if (fleet->started == 0) return {{}, "no connection was started"};
  if (const auto count = lifecycle_count(fleet->lifecycle, name)) {
    return {static_cast<double>(*count), {}};
  }
  if (auto datagrams = measure_datagrams(name, *fleet)) return std::move(*datagrams);
  if (auto messages = detail::measure_messages(name, *fleet)) return std::move(*messages);
  if (name == "errors") return {static_cast<double>(fleet->failed), {}};
  if (name == "connections") return {static_cast<double>(fleet->succeeded), {}};
  if (name == "resumed") return {static_cast<double>(fleet->resumed), {}};
  if (name == "resumed_share")
    return share(fleet->resumed, fleet->resumption_asked, "no handshake offered a session");
  if (name == "early_data_share")
    return share(fleet->early_data_accepted, fleet->early_data_sent, "no early data was sent");
  if (name == "distinct_certificates")
    return {static_cast<double>(fleet->distinct_certificates), {}};
  if (fleet->load_s <= 0) return {{}, "the load took no time"};
  const auto count = name == "offered" ? fleet->planned : fleet->ready_in_time;
  return {static_cast<double>(count) / fleet->load_s, {}};
}

Measured measure_checks(const Threshold& threshold, const CheckCounts& checks) {
  if (checks.total() == 0) return {{}, "no check ran"};
  const auto name = threshold.metric->name;
  const auto count = name == "passed"         ? checks.passed
                     : name == "failed"       ? checks.failed
                     : name == "warned"       ? checks.warned
                     : name == "informed"     ? checks.informed
                     : name == "skipped"      ? checks.skipped
                     : name == "inconclusive" ? checks.inconclusive
                                              : checks.errors;
  return {static_cast<double>(count), {}};
}

bool holds(double seen, Comparison comparison, double wanted) {
  switch (comparison) {
    case Comparison::less:
      return seen < wanted;
    case Comparison::less_equal:
      return seen <= wanted;
    case Comparison::greater:
      return seen > wanted;
    case Comparison::greater_equal:
      return seen >= wanted;
    case Comparison::equal:
      return !(seen < wanted) && !(seen > wanted);
    case Comparison::not_equal:
      return seen < wanted || seen > wanted;
  }
  return false;
}

std::string format_value(Unit unit, double value) {
  switch (unit) {
    case Unit::duration:
      return format_duration(Nanos(static_cast<std::int64_t>(value)));
    case Unit::count:
      return fmt::format("{}", static_cast<std::uint64_t>(value));
    case Unit::rate:
      return fmt::format("{:.1f}/s", value);
    case Unit::share:
      return fmt::format("{:.2f}%", value * 100);
  }
  return "?";
}

}  // namespace

CheckCounts count_checks(const std::vector<reports::CheckResult>& checks) {
  CheckCounts counts;
  for (const auto& check : checks) {
    switch (check.verdict) {
      case reports::Verdict::pass:
        ++counts.passed;
        break;
      case reports::Verdict::fail:
        ++counts.failed;
        break;
      case reports::Verdict::warn:
        ++counts.warned;
        break;
      case reports::Verdict::info:
        ++counts.informed;
        break;
      case reports::Verdict::skip:
        ++counts.skipped;
        break;
      case reports::Verdict::inconclusive:
        ++counts.inconclusive;
        break;
      case reports::Verdict::error:
        ++counts.errors;
        break;
    }
  }
  return counts;
}

std::vector<reports::ThresholdResult> evaluate(const std::vector<Threshold>& thresholds,
                                               const stats::Snapshot& snapshot,
                                               const CheckCounts& checks) {
  std::vector<reports::ThresholdResult> results;
  for (const auto& threshold : thresholds) {
    const auto measured = threshold.metric->scope == Scope::checks
                              ? measure_checks(threshold, checks)
                              : measure_fleet(threshold, snapshot);
    reports::ThresholdResult result;
    result.expression = threshold.expression;
    result.evaluated = measured.value.has_value();
    result.passed =
        result.evaluated && holds(*measured.value, threshold.comparison, threshold.value);
    result.observed =
        result.evaluated ? format_value(threshold.metric->unit, *measured.value) : measured.missing;
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace handfast::scenario
