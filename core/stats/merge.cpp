#include "core/stats/merge.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace handfast::stats {
namespace {

/// Which second of the load a tick stands for: the last one may be up to a quarter longer.
std::int64_t second_of(const Tick& tick) {
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(tick.at_s - 0.25)));
}

template <class Named>
Named& named(std::vector<Named>& all, const std::string& name) {
  const auto found = std::ranges::find(all, name, &Named::name);
  if (found != all.end()) return *found;
  all.emplace_back().name = name;
  return all.back();
}

/// The ticks of the whole by second, with processor time in core seconds for the time being.
using Seconds = std::map<std::int64_t, Tick>;

void add_ticks(Seconds& seconds, const Snapshot& part) {
  double before_s = 0;
  for (const Tick& tick : part.ticks) {
    Tick& whole = seconds[second_of(tick)];
    add_events(whole.all, tick.all);
    for (const Tick::Fleet& fleet : tick.fleets) add_events(named(whole.fleets, fleet.name), fleet);
    whole.at_s = std::max(whole.at_s, tick.at_s);
    whole.generator_cpu += tick.generator_cpu * (tick.at_s - before_s);
    whole.broker_cpu += tick.broker_cpu * (tick.at_s - before_s);
    whole.generator_lag_p99 = std::max(whole.generator_lag_p99, tick.generator_lag_p99);
    whole.generator_lag_max = std::max(whole.generator_lag_max, tick.generator_lag_max);
    whole.late_starts += tick.late_starts;
    before_s = tick.at_s;
  }
}

void add_state(Tick::Fleet& whole, const Tick::Fleet& part) {
  for (const auto& [name, member] : tick_states) whole.*member += part.*member;
}

/// Adds the state at the end of each second: a part whose tick took longer, or that is over, is as
/// its last tick left it.
void add_states(Seconds& seconds, const Snapshot& part) {
  auto next = part.ticks.begin();
  const Tick* last = nullptr;
  for (auto& [second, whole] : seconds) {
    const Tick* before = last;
    while (next != part.ticks.end() && second_of(*next) <= second) last = &*next++;
    if (last == nullptr) continue;
    add_state(whole.all, last->all);
    for (const Tick::Fleet& fleet : last->fleets) {
      add_state(named(whole.fleets, fleet.name), fleet);
    }
    if (last == before && next == part.ticks.end()) continue;  // over, and its broker with it
    whole.broker_rss_bytes += last->broker_rss_bytes;
    whole.broker_open_files += last->broker_open_files;
  }
}

std::vector<Tick> ticks_of(Seconds seconds) {
  std::vector<Tick> ticks;
  double before_s = 0;
  for (auto& [second, tick] : seconds) {
    const double length_s = tick.at_s - before_s;
    tick.generator_cpu = length_s > 0 ? tick.generator_cpu / length_s : 0;
    tick.broker_cpu = length_s > 0 ? tick.broker_cpu / length_s : 0;
    before_s = tick.at_s;
    ticks.push_back(std::move(tick));
  }
  return ticks;
}

}  // namespace

Snapshot merge(std::span<const Snapshot> parts) {
  Snapshot whole;
  Seconds seconds;
  for (const Snapshot& part : parts) {
    whole.elapsed_s = std::max(whole.elapsed_s, part.elapsed_s);
    for (const FleetStats& fleet : part.fleets) named(whole.fleets, fleet.name).merge(fleet);
    whole.workers.insert(whole.workers.end(), part.workers.begin(), part.workers.end());
    add_ticks(seconds, part);
  }
  for (const Snapshot& part : parts) add_states(seconds, part);
  whole.ticks = ticks_of(std::move(seconds));
  return whole;
}

}  // namespace handfast::stats
