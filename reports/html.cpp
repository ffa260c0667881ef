#include "reports/html.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

#include "reports/detail/html_document.hpp"
#include "reports/detail/json_model.hpp"
#include "reports/html/assets.hpp"
#include "reports/lifecycle_lines.hpp"
#include "reports/summary.hpp"
#include "reports/terminal.hpp"

namespace handfast::reports {

namespace {

using detail::Json;

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

Json curves(const stats::FleetStats& fleet) {
  Json out = Json::object();
  for (const auto& [phase, latency] : fleet.latency) {
    if (phase != stats::Phase::tls && phase != stats::Phase::ready) continue;
    out[std::string(to_string(phase))] = {{"response", curve(latency.response)},
                                          {"service", curve(latency.service)}};
  }
  return out;
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
  Json fleets = Json::array();
  for (const auto& fleet : result.load.fleets) {
    const auto rates = rates_of(fleet);
    fleets.push_back({{"name", fleet.name},
                      {"offered_per_s", detail::finite(rates.offered_per_s)},
                      {"achieved_per_s", detail::finite(rates.achieved_per_s)},
                      {"lifecycle", lifecycle_lines(fleet)},
                      {"curves", curves(fleet)}});
  }
  Json failures = Json::array();
  for (const auto& line : top_failures(result.load, 10)) {
    failures.push_back(
        {{"fleet", line.fleet}, {"phase", line.phase}, {"text", line.text}, {"count", line.count}});
  }
  return {{"outcome", to_string(head.outcome)},
          {"reasons", head.reasons},
          {"checks_text", not_passed(result.checks)},
          {"fleets", std::move(fleets)},
          {"failures", std::move(failures)},
          {"generator",
           {{"workers", health.workers},
            {"cores_used", detail::finite(health.cores_used)},
            {"lag_p99_s", seconds(health.lag.quantile(0.99))},
            {"late_starts", health.late_starts}}}};
}

/// The encoded histograms are half of the file and the page reads none of them.
void drop_encodings(Json& tree) {
  if (tree.is_object()) tree.erase("hdr");
  if (!tree.is_structured()) return;
  for (auto& member : tree) drop_encodings(member);
}

std::string value_of(std::string_view name, const Result& result) {
  if (name == "STYLE") return std::string(html::style());
  if (name == "CHART_JS") return std::string(html::chart_js());
  if (name == "SCRIPT")
    return "'use strict';\n" + std::string(html::dom()) + std::string(html::charts()) +
           std::string(html::page());
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
