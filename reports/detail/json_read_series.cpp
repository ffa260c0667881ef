#include <fmt/format.h>

#include <optional>

#include "reports/detail/json_read.hpp"

namespace handfast::reports::detail {

namespace {

using stats::Tick;
using Ticks = std::vector<Tick>;

/// The values of a column with one for each of `ticks`; none when it does not fit.
std::vector<Cursor> column(const Cursor& at, std::size_t ticks) {
  auto values = at.items();
  if (values.size() == ticks) return values;
  at.complain(fmt::format("{} values for {} ticks", values.size(), ticks));
  return {};
}

/// Reads a column; `put(tick, cursor)` takes each value.
template <class Put>
void read_column(const Cursor& at, Ticks& ticks, Put put) {
  const auto values = column(at, ticks.size());
  for (std::size_t i = 0; i < values.size(); ++i) put(ticks[i], values[i]);
}

/// Reads what `place(tick)` has of one fleet, or of all.
template <class Place>
void read_latency_column(const Cursor& at, stats::Phase phase, Ticks& ticks, Place place) {
  read_column(at.at("count"), ticks, [&](Tick& tick, const Cursor& value) {
    // A tick without samples has no entry.
    if (const auto count = value.count()) place(tick).latency[phase].count = count;
  });
  for (const auto& [name, member] : stats::percentile_columns) {
    read_column(at.at(name), ticks, [&, which = member](Tick& tick, const Cursor& value) {
      const auto duration = value.duration();
      const auto found = place(tick).latency.find(phase);
      if (found != place(tick).latency.end()) found->second.*which = duration;
    });
  }
}

template <class Place>
void read_failures(const Cursor& at, Ticks& ticks, Place place) {
  for (const auto& entry : at.items()) {
    const stats::FailureKey key{entry.at("phase").text(), entry.at("cause").text()};
    const auto where = entry.at("ticks").items();
    const auto counts = column(entry.at("count"), where.size());
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const auto index = where[i].count();
      if (index >= ticks.size()) {
        where[i].complain(fmt::format("no tick {}", index));
        return;
      }
      place(ticks[index]).failures[key] += counts[i].count();
    }
  }
}

template <class Place>
void read_fleet(const Cursor& at, Ticks& ticks, Place place) {
  const auto read_counts = [&](const auto& counts) {
    for (const auto& [name, member] : counts) {
      if (!at.has(name)) continue;
      read_column(at.at(name), ticks, [&, which = member](Tick& tick, const Cursor& value) {
        place(tick).*which = value.count();
      });
    }
  };
  read_counts(stats::tick_events);
  read_counts(stats::tick_states);
  for (const auto& [name, entry] : at.at("latency").members()) {
    if (const auto phase = parse_phase(name)) {
      read_latency_column(entry, *phase, ticks, place);
    } else {
      entry.complain("unknown phase");
    }
  }
  read_failures(at.at("failures"), ticks, place);
}

}  // namespace

std::optional<stats::Phase> parse_phase(std::string_view name) {
  for (auto phase : stats::phases) {
    if (to_string(phase) == name) return phase;
  }
  return std::nullopt;
}

Ticks read_series(const Cursor& at) {
  Ticks ticks;
  for (const auto& value : at.at("at_s").items()) ticks.emplace_back().at_s = value.number();
  read_fleet(at.at("all"), ticks, [](Tick& tick) -> Tick::Fleet& { return tick.all; });
  for (const auto& entry : at.at("fleets").items()) {
    const auto name = entry.at("name").text();
    for (Tick& tick : ticks) tick.fleets.emplace_back().name = name;
    read_fleet(entry, ticks, [](Tick& tick) -> Tick::Fleet& { return tick.fleets.back(); });
  }
  const auto numbers = [&](const Cursor& values, double Tick::* member) {
    read_column(values, ticks,
                [&](Tick& tick, const Cursor& value) { tick.*member = value.number(); });
  };
  const auto counts = [&](const Cursor& values, std::uint64_t Tick::* member) {
    read_column(values, ticks,
                [&](Tick& tick, const Cursor& value) { tick.*member = value.count(); });
  };
  const auto times = [&](const Cursor& values, Nanos Tick::* member) {
    read_column(values, ticks,
                [&](Tick& tick, const Cursor& value) { tick.*member = value.duration(); });
  };
  const auto generator = at.at("generator");
  numbers(generator.at("cpu"), &Tick::generator_cpu);
  times(generator.at("lag_p99_s"), &Tick::generator_lag_p99);
  times(generator.at("lag_max_s"), &Tick::generator_lag_max);
  counts(generator.at("late_starts"), &Tick::late_starts);
  const auto broker = at.at("broker");
  numbers(broker.at("cpu"), &Tick::broker_cpu);
  counts(broker.at("rss_bytes"), &Tick::broker_rss_bytes);
  counts(broker.at("open_files"), &Tick::broker_open_files);
  return ticks;
}

}  // namespace handfast::reports::detail
