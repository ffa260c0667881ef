// The time series as JSON: a column for each figure, because a load has hundreds of ticks and a
// row for each would repeat every name.
#include <algorithm>

#include "reports/detail/json_model.hpp"

namespace handfast::reports::detail {

namespace {

using stats::Tick;

/// Figures of one fleet, or of all, tick by tick; null where a fleet is missing (it never is).
using Column = std::vector<const Tick::Fleet*>;

Json counts_json(const Column& column, std::uint64_t Tick::Fleet::* member) {
  Json values = Json::array();
  for (const auto* tick : column) values.push_back(tick->*member);
  return values;
}

bool any(const Column& column, std::uint64_t Tick::Fleet::* member) {
  return std::ranges::any_of(column, [member](const auto* tick) { return tick->*member > 0; });
}

Json latency_json(const Column& column, stats::Phase phase) {
  static constexpr stats::Percentiles nothing;
  const auto of = [phase](const Tick::Fleet* tick) -> const stats::Percentiles& {
    const auto found = tick->latency.find(phase);
    return found == tick->latency.end() ? nothing : found->second;
  };
  Json counts = Json::array();
  for (const auto* tick : column) counts.push_back(of(tick).count);
  Json out{{"time", stats::tells_response(phase) ? "response" : "service"},
           {"count", std::move(counts)}};
  for (const auto& [name, member] : stats::percentile_columns) {
    Json values = Json::array();
    for (const auto* tick : column) values.push_back(seconds(of(tick).*member));
    out[std::string(name)] = std::move(values);
  }
  return out;
}

/// Failures are rare, so they say in which ticks they were.
Json failures_json(const Column& column) {
  std::map<stats::FailureKey, std::pair<Json, Json>> causes;
  for (std::size_t i = 0; i < column.size(); ++i) {
    for (const auto& [key, count] : column[i]->failures) {
      auto& [ticks, counts] = causes.try_emplace(key, Json::array(), Json::array()).first->second;
      ticks.push_back(i);
      counts.push_back(count);
    }
  }
  Json out = Json::array();
  for (auto& [key, columns] : causes) {
    out.push_back({{"phase", key.phase},
                   {"cause", key.cause},
                   {"ticks", std::move(columns.first)},
                   {"count", std::move(columns.second)}});
  }
  return out;
}

/// Columns of zeroes are left out.
Json fleet_json(const Column& column) {
  Json out = Json::object();
  for (const auto& [name, member] : stats::tick_events) {
    if (any(column, member)) out[std::string(name)] = counts_json(column, member);
  }
  for (const auto& [name, member] : stats::tick_states) {
    if (any(column, member)) out[std::string(name)] = counts_json(column, member);
  }
  Json latency = Json::object();
  for (const auto phase : stats::phases) {
    const bool told = std::ranges::any_of(
        column, [phase](const auto* tick) { return tick->latency.contains(phase); });
    if (told) latency[std::string(to_string(phase))] = latency_json(column, phase);
  }
  out["latency"] = std::move(latency);
  out["failures"] = failures_json(column);
  return out;
}

Json fleets_json(const std::vector<Tick>& ticks) {
  static const Tick::Fleet absent;
  Json out = Json::array();
  std::vector<std::string> names;
  for (const Tick& tick : ticks) {
    for (const auto& fleet : tick.fleets) {
      if (std::ranges::find(names, fleet.name) == names.end()) names.push_back(fleet.name);
    }
  }
  for (const auto& name : names) {
    Column column;
    for (const Tick& tick : ticks) {
      const auto found = std::ranges::find(tick.fleets, name, &Tick::Fleet::name);
      column.push_back(found == tick.fleets.end() ? &absent : &*found);
    }
    Json one{{"name", name}};
    one.update(fleet_json(column));
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace

Json series_json(const std::vector<Tick>& ticks) {
  const auto column = [&ticks](auto value) {
    Json values = Json::array();
    for (const Tick& tick : ticks) values.push_back(value(tick));
    return values;
  };
  Column all;
  for (const Tick& tick : ticks) all.push_back(&tick.all);
  return {{"at_s", column([](const Tick& tick) { return finite(tick.at_s); })},
          {"all", fleet_json(all)},
          {"fleets", fleets_json(ticks)},
          {"generator",
           {{"cpu", column([](const Tick& tick) { return finite(tick.generator_cpu); })},
            {"lag_p99_s", column([](const Tick& tick) { return seconds(tick.generator_lag_p99); })},
            {"lag_max_s", column([](const Tick& tick) { return seconds(tick.generator_lag_max); })},
            {"late_starts", column([](const Tick& tick) { return tick.late_starts; })}}},
          {"broker",
           {{"cpu", column([](const Tick& tick) { return finite(tick.broker_cpu); })},
            {"rss_bytes", column([](const Tick& tick) { return tick.broker_rss_bytes; })},
            {"open_files", column([](const Tick& tick) { return tick.broker_open_files; })}}}};
}

}  // namespace handfast::reports::detail
