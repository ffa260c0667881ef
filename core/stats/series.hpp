// The time series of a load: what happened in each second, of all fleets together and of each one.
// One second after another is added at its end; nothing here is touched while connections run.
//
// Bounded, whatever the load: a run longer than `most_ticks` seconds has longer ticks (2 s, 4 s,
// ...), and the fleets of a load with more than `most_fleets` have no series of their own. With
// both at their limits a series takes about 15 MiB of memory and 3.5 MB in a result.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/clock.hpp"
#include "core/stats/histogram.hpp"
#include "core/stats/lifecycle.hpp"
#include "core/stats/phase.hpp"

namespace handfast::stats {

/// A histogram in a few numbers, rounded to four digits (it knows no more than three). All zero
/// when nothing was recorded.
struct Percentiles {
  std::uint64_t count = 0;
  Nanos p50{}, p90{}, p99{}, p99_9{}, max{};

  bool operator==(const Percentiles&) const = default;
};
Percentiles percentiles_of(const Histogram& histogram);

/// The percentiles of two intervals as one: counts add up, of each percentile the slower one
/// stands. That is an upper bound; the truth would need both histograms.
Percentiles slower(const Percentiles& a, const Percentiles& b);

/// Which of its two times the series tells of a phase: response times of what has an intended start
/// of its own (ready, suback, puback, pubcomp, delivery), service times of all other phases, which
/// then add up to the whole.
bool tells_response(Phase phase);

/// Seconds, or longer spans of a long run. The last tick may be up to a quarter of a second shorter
/// or longer, so a rate is a count divided by the tick's own length.
struct Tick {
  /// What happened in the tick. Counts take the warm-up in; latencies and failures leave it out.
  struct Fleet {
    std::string name;               ///< empty: all fleets of the load together
    std::uint64_t planned = 0;      ///< starts that were due: the rate offered
    std::uint64_t started = 0;      ///< attempts made
    std::uint64_t ready = 0;        ///< attempts that got through (CONNACK): the rate achieved
    std::uint64_t succeeded = 0;    ///< ended well
    std::uint64_t failed = 0;       ///< ended badly
    std::uint64_t interrupted = 0;  ///< cut by the end of the run
    std::uint64_t dropped = 0;      ///< due and never made
    std::uint64_t bad_chains = 0;   ///< attempts with a bad chain that ended, however
    std::uint64_t bytes_sent = 0;
    std::uint64_t bytes_received = 0;
    std::uint64_t published = 0;  ///< messages sent
    std::uint64_t acked = 0;      ///< messages acknowledged
    std::uint64_t delivered = 0;  ///< messages received for the first time
    // At the end of the tick:
    std::uint64_t in_flight = 0;  ///< attempts without an outcome, held connections included
    std::uint64_t connected = 0;  ///< of them: got through and stand
    /// Of the connections and messages of this tick; see tells_response().
    std::map<Phase, Percentiles> latency;
    std::map<FailureKey, std::uint64_t> failures;

    bool operator==(const Fleet&) const = default;
  };

  double at_s = 0;  ///< seconds since the start of the load, at the end of this tick
  Fleet all;
  std::vector<Fleet>
      fleets;  ///< in the order of the load; none when there are more than `most_fleets`
  double generator_cpu = 0;   ///< cores used by all workers, 0 to the number of workers
  Nanos generator_lag_p99{};  ///< how late timers of the event loops fired; the worst worker
  Nanos generator_lag_max{};
  std::uint64_t late_starts = 0;  ///< starts made more than 10 ms late, by our own fault
  double broker_cpu = 0;          ///< cores used by the broker's process; 0 when not watched
  std::uint64_t broker_rss_bytes = 0;
  std::uint64_t broker_open_files = 0;

  bool operator==(const Tick&) const = default;
};

inline constexpr std::size_t most_ticks = 1'000;
inline constexpr std::size_t most_fleets = 16;

/// The counts of a tick by name: events, which add up over time, and states, of which the last one
/// holds. Writers and readers of series go through these lists.
using TickCount = std::pair<std::string_view, std::uint64_t Tick::Fleet::*>;
inline constexpr std::array<TickCount, 13> tick_events{
    {{"planned", &Tick::Fleet::planned},
     {"started", &Tick::Fleet::started},
     {"ready", &Tick::Fleet::ready},
     {"succeeded", &Tick::Fleet::succeeded},
     {"failed", &Tick::Fleet::failed},
     {"interrupted", &Tick::Fleet::interrupted},
     {"dropped", &Tick::Fleet::dropped},
     {"bad_chains", &Tick::Fleet::bad_chains},
     {"sent_bytes", &Tick::Fleet::bytes_sent},
     {"received_bytes", &Tick::Fleet::bytes_received},
     {"published", &Tick::Fleet::published},
     {"acked", &Tick::Fleet::acked},
     {"delivered", &Tick::Fleet::delivered}}};
inline constexpr std::array<TickCount, 2> tick_states{
    {{"in_flight", &Tick::Fleet::in_flight}, {"connected", &Tick::Fleet::connected}}};

/// The percentiles by name.
using PercentileColumn = std::pair<std::string_view, Nanos Percentiles::*>;
inline constexpr std::array<PercentileColumn, 5> percentile_columns{
    {{"p50_s", &Percentiles::p50},
     {"p90_s", &Percentiles::p90},
     {"p99_s", &Percentiles::p99},
     {"p99_9_s", &Percentiles::p99_9},
     {"max_s", &Percentiles::max}}};

/// Adds the events of `part`, which happened at the same time or after it; states stay.
void add_events(Tick::Fleet& whole, const Tick::Fleet& part);

/// Appends `tick` to a series whose last tick ended at its begin. A short rest goes into the tick
/// before, and so does what a long run has no room for.
void append(std::vector<Tick>& ticks, Tick tick);

/// 1, 2, 4 ... seconds: what the ticks of a series are meant to last; `ticks` must not be empty. Of
/// the first ones the shortest tells, as stalls make ticks longer.
double meant_length(const std::vector<Tick>& ticks);

/// The length of ticks[index] in seconds.
double tick_seconds(const std::vector<Tick>& ticks, std::size_t index);

}  // namespace handfast::stats
