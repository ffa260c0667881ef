#include "reports/html.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <string_view>

#include "reports/datagram_lines.hpp"
#include "reports/detail/html_document.hpp"
#include "reports/detail/json_model.hpp"
#include "reports/html/assets.hpp"
#include "reports/lifecycle_lines.hpp"
#include "reports/summary.hpp"
#include "reports/terminal.hpp"

namespace handfast::reports {

namespace {

using detail::Json;

constexpr std::size_t most_curves = 40;    ///< fleets with distributions of their own
constexpr std::size_t most_failures = 30;  ///< causes that the page lists

/// Points (x, seconds) of a distribution on the logarithmic percentile axis, x = -log10(1 - share):
/// equal steps in x keep the tail as detailed as the middle. The last point is the maximum.
Json curve(const stats::Histogram& histogram) {
  constexpr double step = 0.05;
  Json points = Json::array();
  if (histogram.empty()) return points;
  const double last = std::log10(static_cast<double>(histogram.count()));
  for (int i = 0; step * i < last; ++i) {
    const double x = step * i;
    const auto value =
        std::clamp(histogram.quantile(1 - std::pow(10, -x)), histogram.min(), histogram.max());
    points.push_back({x, seconds(value)});
  }
  points.push_back({last, seconds(histogram.max())});
  return points;
}

/// Phases of which the page shows the whole distribution.
constexpr std::array distributed{stats::Phase::tls, stats::Phase::ready, stats::Phase::delivery};

Json curves(const std::map<stats::Phase, stats::PhaseLatency>& latency) {
  Json out = Json::object();
  for (const auto phase : distributed) {
    const auto found = latency.find(phase);
    if (found == latency.end()) continue;
    out[std::string(to_string(phase))] = {{"response", curve(found->second.response)},
                                          {"service", curve(found->second.service)}};
  }
  return out;
}

/// Curves of all fleets as one.
Json curves_of_all(const stats::Snapshot& load) {
  std::map<stats::Phase, stats::PhaseLatency> sum;
  for (const auto& fleet : load.fleets) {
    for (const auto phase : distributed) {
      const auto found = fleet.latency.find(phase);
      if (found == fleet.latency.end()) continue;
      sum[phase].response.merge(found->second.response);
      sum[phase].service.merge(found->second.service);
    }
  }
  return curves(sum);
}

/// The evidence for one line of failures.
std::vector<stats::FailureSample> samples_of(const stats::Snapshot& load, const FailureLine& line) {
  const auto fleet = std::ranges::find(load.fleets, line.fleet, &stats::FleetStats::name);
  if (fleet == load.fleets.end()) return {};
  const auto found = fleet->samples.find({line.phase, line.cause});
  return found == fleet->samples.end() ? std::vector<stats::FailureSample>{} : found->second;
}

/// What the causes in the series mean, in words.
Json words_of_causes(const stats::Snapshot& load) {
  Json out = Json::object();
  for (const auto& tick : load.ticks) {
    for (const auto& [key, count] : tick.all.failures) out[key.cause] = describe_cause(key.cause);
  }
  return out;
}

/// What connections and datagrams of a fleet did, in sentences.
std::vector<std::string> told(const stats::FleetStats& fleet) {
  auto lines = lifecycle_lines(fleet);
  std::ranges::move(datagram_lines(fleet), std::back_inserter(lines));
  return lines;
}

Json fleets_json(const stats::Snapshot& load) {
  Json fleets = Json::array();
  for (const auto& fleet : load.fleets) {
    const auto rates = rates_of(fleet);
    Json one{{"name", fleet.name},
             {"offered_per_s", detail::finite(rates.offered_per_s)},
             {"achieved_per_s", detail::finite(rates.achieved_per_s)},
             {"lifecycle", told(fleet)}};
    // Those of a thousand fleets would make the page slow, and one alone is the whole.
    if (load.fleets.size() > 1 && load.fleets.size() <= most_curves) {
      one["curves"] = curves(fleet.latency);
    }
    fleets.push_back(std::move(one));
  }
  return fleets;
}

std::string not_passed(const std::vector<CheckResult>& checks) {
  auto counts = count_verdicts(checks);
  counts.by_verdict[static_cast<std::size_t>(Verdict::pass)] = 0;
  return counts.total() == 0 ? std::string{} : counts.text();
}

/// What the page would otherwise have to work out a second time.
Json derived(const Result& result) {
  const auto head = headline(result);
  const auto health = generator_health(result.load);
  const auto whole = rates_of(result.load);
  Json failures = Json::array();
  for (const auto& line : top_failures(result.load, most_failures)) {
    failures.push_back({{"fleet", line.fleet},
                        {"phase", line.phase},
                        {"text", line.text},
                        {"count", line.count},
                        {"samples", detail::samples_json(samples_of(result.load, line))}});
  }
  return {{"outcome", to_string(head.outcome)},
          {"reasons", head.reasons},
          {"checks_text", not_passed(result.checks)},
          {"fleets", fleets_json(result.load)},
          {"offered_per_s", detail::finite(whole.offered_per_s)},
          {"achieved_per_s", detail::finite(whole.achieved_per_s)},
          {"curves", curves_of_all(result.load)},
          {"causes", words_of_causes(result.load)},
          {"failures", std::move(failures)},
          {"generator",
           {{"workers", health.workers},
            {"cores_used", detail::finite(health.cores_used)},
            {"lag_p99_s", seconds(health.lag.quantile(0.99))},
            {"late_starts", health.late_starts},
            {"dropped", health.dropped}}}};
}

/// The encoded histograms are half of the file and the page reads none of them.
void drop_encodings(Json& tree) {
  if (tree.is_object()) tree.erase("hdr");
  if (!tree.is_structured()) return;
  for (auto& member : tree) drop_encodings(member);
}

std::string value_of(std::string_view name, const Result& result) {
  if (name == "STYLE") return std::string(html::style()) + std::string(html::checks_style());
  if (name == "SCRIPT") {
    std::string script = "'use strict';\n";
    for (const auto part :
         {html::dom(), html::plot(), html::charts(), html::checks(), html::page()}) {
      script += part;
    }
    return script;
  }
  if (name == "SUMMARY") {
    return detail::html_escaped(
        terminal_summary(result, {.width = std::numeric_limits<std::size_t>::max()}));
  }
  auto tree = detail::to_json(result);
  drop_encodings(tree["load"]);
  return detail::embedded({{"result", std::move(tree)}, {"derived", derived(result)}});
}

}  // namespace

std::string html_report(const Result& result) {
  return detail::fill_shell(html::shell(),
                            [&result](std::string_view name) { return value_of(name, result); });
}

}  // namespace handfast::reports
