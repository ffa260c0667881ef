#include "reports/csv.hpp"

#include <fmt/format.h>

#include <set>
#include <vector>

#include "core/base/text.hpp"

namespace handfast::reports {

namespace {

using stats::Phase;
using stats::Tick;

/// A field as RFC 4180 section 2 quotes it. A text that a spreadsheet would take for a formula gets
/// an apostrophe in front.
std::string field(std::string_view text) {
  auto safe = printable(text);
  if (!safe.empty() && std::string_view("=+-@").find(safe.front()) != std::string_view::npos) {
    safe.insert(safe.begin(), '\'');
  }
  if (safe.find_first_of(",\"") == std::string::npos) return safe;
  std::string out = "\"";
  for (const char c : safe) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

std::set<Phase> phases_of(const std::vector<Tick>& ticks) {
  std::set<Phase> out;
  for (const auto& tick : ticks) {
    for (const auto& [phase, percentiles] : tick.all.latency) out.insert(phase);
  }
  return out;
}

std::string header(const std::set<Phase>& phases) {
  std::vector<std::string> names{"at_s", "tick_s", "fleet"};
  for (const auto& [name, member] : stats::tick_events) names.emplace_back(name);
  for (const auto& [name, member] : stats::tick_states) names.emplace_back(name);
  for (const auto phase : phases) {
    names.push_back(fmt::format("{}_count", to_string(phase)));
    for (const auto& [name, member] : stats::percentile_columns) {
      names.push_back(fmt::format("{}_{}", to_string(phase), name));
    }
  }
  for (const auto* name : {"generator_cpu", "generator_lag_p99_s", "generator_lag_max_s",
                           "late_starts", "broker_cpu", "broker_rss_bytes", "broker_open_files"}) {
    names.emplace_back(name);
  }
  return join(names, ",") + "\n";
}

void add_latency(std::vector<std::string>& cells, const Tick::Fleet& fleet,
                 const std::set<Phase>& phases) {
  for (const auto phase : phases) {
    const auto found = fleet.latency.find(phase);
    const bool measured = found != fleet.latency.end() && found->second.count > 0;
    cells.push_back(measured ? std::to_string(found->second.count) : "0");
    // An empty cell is no latency; a zero would be a very good one.
    for (const auto& [name, member] : stats::percentile_columns) {
      cells.push_back(measured ? fmt::format("{:.9g}", seconds(found->second.*member)) : "");
    }
  }
}

std::string row(const Tick& tick, double length_s, const Tick::Fleet& fleet,
                const std::set<Phase>& phases) {
  std::vector<std::string> cells{fmt::format("{:.3f}", tick.at_s), fmt::format("{:.3f}", length_s),
                                 field(fleet.name)};
  for (const auto& [name, member] : stats::tick_events) {
    cells.push_back(std::to_string(fleet.*member));
  }
  for (const auto& [name, member] : stats::tick_states) {
    cells.push_back(std::to_string(fleet.*member));
  }
  add_latency(cells, fleet, phases);
  cells.push_back(fmt::format("{:.4f}", tick.generator_cpu));
  cells.push_back(fmt::format("{:.9g}", seconds(tick.generator_lag_p99)));
  cells.push_back(fmt::format("{:.9g}", seconds(tick.generator_lag_max)));
  cells.push_back(std::to_string(tick.late_starts));
  cells.push_back(fmt::format("{:.4f}", tick.broker_cpu));
  cells.push_back(std::to_string(tick.broker_rss_bytes));
  cells.push_back(std::to_string(tick.broker_open_files));
  return join(cells, ",") + "\n";
}

}  // namespace

std::string csv_text(const Result& result) {
  const auto& ticks = result.load.ticks;
  const auto phases = phases_of(ticks);
  auto out = header(phases);
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    const double length_s = stats::tick_seconds(ticks, i);
    out += row(ticks[i], length_s, ticks[i].all, phases);
    for (const auto& fleet : ticks[i].fleets) out += row(ticks[i], length_s, fleet, phases);
  }
  return out;
}

}  // namespace handfast::reports
