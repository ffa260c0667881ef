#include "core/stats/series.hpp"

#include <algorithm>
#include <cmath>

namespace handfast::stats {
namespace {

/// The last piece of a run is as long as the last connection took; its rates would be noise.
constexpr double shortest_tick_s = 0.25;

Nanos four_digits(Nanos value) {
  std::int64_t step = 1;
  while (value.count() / step >= 10'000) step *= 10;
  return Nanos((value.count() + step / 2) / step * step);
}

/// A tick that begins where `first` ends goes into it.
void absorb(Tick& first, const Tick& second, double first_s) {
  const double second_s = second.at_s - first.at_s;
  add_events(first.all, second.all);
  first.all.in_flight = second.all.in_flight;
  first.all.connected = second.all.connected;
  for (std::size_t i = 0; i < std::min(first.fleets.size(), second.fleets.size()); ++i) {
    add_events(first.fleets[i], second.fleets[i]);
    first.fleets[i].in_flight = second.fleets[i].in_flight;
    first.fleets[i].connected = second.fleets[i].connected;
  }
  const double both_s = first_s + second_s;
  const auto average = [&](double a, double b) {
    return both_s > 0 ? std::round((a * first_s + b * second_s) / both_s * 1000) / 1000 : a;
  };
  first.generator_cpu = average(first.generator_cpu, second.generator_cpu);
  first.generator_lag_p99 = std::max(first.generator_lag_p99, second.generator_lag_p99);
  first.generator_lag_max = std::max(first.generator_lag_max, second.generator_lag_max);
  first.late_starts += second.late_starts;
  first.broker_cpu = average(first.broker_cpu, second.broker_cpu);
  first.broker_rss_bytes = std::max(first.broker_rss_bytes, second.broker_rss_bytes);
  first.broker_open_files = std::max(first.broker_open_files, second.broker_open_files);
  first.at_s = second.at_s;
}

/// Makes one tick of every two.
void halve(std::vector<Tick>& ticks) {
  std::size_t kept = 0;
  double before_s = 0;
  for (std::size_t i = 0; i < ticks.size(); i += 2) {
    const double end_s = ticks[i].at_s;
    if (i + 1 < ticks.size()) absorb(ticks[i], ticks[i + 1], end_s - before_s);
    before_s = ticks[i].at_s;
    if (kept != i) ticks[kept] = std::move(ticks[i]);
    ++kept;
  }
  ticks.resize(kept);
}

}  // namespace

Percentiles percentiles_of(const Histogram& histogram) {
  if (histogram.empty()) return {};
  const auto at = [&histogram](double share) {
    return four_digits(std::min(histogram.quantile(share), histogram.max()));
  };
  return {.count = histogram.count(),
          .p50 = at(0.5),
          .p90 = at(0.9),
          .p99 = at(0.99),
          .p99_9 = at(0.999),
          .max = four_digits(histogram.max())};
}

Percentiles slower(const Percentiles& a, const Percentiles& b) {
  Percentiles out;
  out.count = a.count + b.count;
  for (const auto& [name, member] : percentile_columns) {
    out.*member = std::max(a.*member, b.*member);
  }
  return out;
}

bool tells_response(Phase phase) {
  switch (phase) {
    case Phase::ready:
    case Phase::suback:
    case Phase::puback:
    case Phase::pubcomp:
    case Phase::delivery:
      return true;
    default:
      return false;
  }
}

void add_events(Tick::Fleet& whole, const Tick::Fleet& part) {
  for (const auto& [name, member] : tick_events) whole.*member += part.*member;
  for (const auto& [phase, percentiles] : part.latency) {
    Percentiles& both = whole.latency[phase];
    both = slower(both, percentiles);
  }
  for (const auto& [key, count] : part.failures) whole.failures[key] += count;
}

double meant_length(const std::vector<Tick>& ticks) {
  constexpr std::size_t enough = 8;
  double shortest_s = tick_seconds(ticks, 0);
  for (std::size_t i = 1; i < std::min(ticks.size(), enough); ++i) {
    shortest_s = std::min(shortest_s, tick_seconds(ticks, i));
  }
  return std::exp2(std::floor(std::log2(std::max(shortest_s + 0.1, 1.0))));
}

void append(std::vector<Tick>& ticks, Tick tick) {
  if (ticks.empty()) {
    ticks.push_back(std::move(tick));
    return;
  }
  const double rest_s = tick.at_s - ticks.back().at_s;
  const double last_s = tick_seconds(ticks, ticks.size() - 1);
  // Of a long run: the last tick is not full yet.
  const bool room = ticks.size() > 1 && last_s + rest_s <= meant_length(ticks) + shortest_tick_s;
  if (rest_s < shortest_tick_s || room) {
    absorb(ticks.back(), tick, last_s);
    return;
  }
  if (ticks.size() >= most_ticks) halve(ticks);
  ticks.push_back(std::move(tick));
}

double tick_seconds(const std::vector<Tick>& ticks, std::size_t index) {
  return ticks[index].at_s - (index > 0 ? ticks[index - 1].at_s : 0);
}

}  // namespace handfast::stats
