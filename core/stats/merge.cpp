#include "core/stats/merge.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace handfast::stats {
namespace {

/// What a tick of the whole lasts, in seconds: of the parts' ticks those that last longest, as a
/// part that ran longer than another has longer ticks, and halves of them nobody knows.
std::int64_t longest_tick(std::span<const Snapshot> parts) {
  double longest_s = 1;
  for (const Snapshot& part : parts) {
    // With fewer ticks none was made longer yet; a stall may have done so.
    if (part.ticks.size() >= most_ticks / 2) {
      longest_s = std::max(longest_s, meant_length(part.ticks));
    }
  }
  return static_cast<std::int64_t>(longest_s);
}

template <class Named>
Named& named(std::vector<Named>& all, const std::string& name) {
  const auto found = std::ranges::find(all, name, &Named::name);
  if (found != all.end()) return *found;
  all.emplace_back().name = name;
  return all.back();
}

/// The ticks of the whole, with processor time in core seconds for the time being.
class Ticks {
 public:
  explicit Ticks(std::int64_t length_s) : length_s_(length_s) {}

  void add(const Snapshot& part);
  void add_states(const Snapshot& part);
  std::vector<Tick> take();

 private:
  /// Which tick of the whole one stands in: the last one may be up to a quarter of a second longer.
  std::int64_t place_of(const Tick& tick) const {
    const double ticks = (tick.at_s - 0.25) / static_cast<double>(length_s_);
    return std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(ticks)));
  }

  std::int64_t length_s_;
  std::map<std::int64_t, Tick> ticks_;
};

void Ticks::add(const Snapshot& part) {
  double before_s = 0;
  for (const Tick& tick : part.ticks) {
    Tick& whole = ticks_[place_of(tick)];
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

/// Adds the state at the end of each tick: a part whose own took longer, or that is over, is as its
/// last tick left it.
void Ticks::add_states(const Snapshot& part) {
  auto next = part.ticks.begin();
  const Tick* last = nullptr;
  for (auto& [place, whole] : ticks_) {
    const Tick* before = last;
    while (next != part.ticks.end() && place_of(*next) <= place) last = &*next++;
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

std::vector<Tick> Ticks::take() {
  std::vector<Tick> ticks;
  double before_s = 0;
  for (auto& [place, tick] : ticks_) {
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
  Ticks ticks(longest_tick(parts));
  for (const Snapshot& part : parts) {
    whole.elapsed_s = std::max(whole.elapsed_s, part.elapsed_s);
    for (const FleetStats& fleet : part.fleets) named(whole.fleets, fleet.name).merge(fleet);
    whole.workers.insert(whole.workers.end(), part.workers.begin(), part.workers.end());
    ticks.add(part);
  }
  for (const Snapshot& part : parts) ticks.add_states(part);
  whole.ticks = ticks.take();
  return whole;
}

}  // namespace handfast::stats
