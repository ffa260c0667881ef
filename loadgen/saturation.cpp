// Whether a run measured the broker or the generator. The evidence must tell the two apart on a
// machine that they share: connections that wait for a slow broker are idle for us and never
// counted here; what is counted is processor time of our own threads, lateness of our own timers,
// and starts that were late although nothing held them back.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/units.hpp"
#include "loadgen/run.hpp"

namespace handfast::loadgen {
namespace {

constexpr double busy_share = 0.9;     // of a core, for a worker
constexpr std::size_t busy_ticks = 3;  // seconds in a row that no noise explains
constexpr Nanos lag_limit = std::chrono::milliseconds(10);
constexpr double late_share = 0.01;
constexpr std::uint64_t late_floor = 5;  // a hiccup in a small run is no saturation
constexpr double dropped_share = 0.01;

double share_of(double part, double whole) { return whole > 0 ? part / whole : 0.0; }

void check_worker(const stats::WorkerStats& worker, std::size_t index,
                  std::vector<std::string>& reasons) {
  const double busy = share_of(worker.cpu_seconds, worker.wall_seconds);
  if (busy > busy_share) {
    reasons.push_back(
        fmt::format("worker {} used {:.0f} % of a core over the load", index, busy * 100));
  }
  const Nanos lag = worker.lag.quantile(0.99);
  if (lag <= lag_limit) return;
  if (busy > busy_share / 2) {
    reasons.push_back(
        fmt::format("the event loop of worker {} lagged {} at p99", index, format_duration(lag)));
  } else {
    reasons.push_back(fmt::format(
        "the event loop of worker {} lagged {} at p99 while it used only {:.0f} % of a core: "
        "something kept it from running (other processes, or a limit on ours)",
        index, format_duration(lag), busy * 100));
  }
}

/// A ramp that ends in saturation is fine on average.
void check_ticks(const stats::Snapshot& snapshot, std::vector<std::string>& reasons) {
  const double limit = busy_share * static_cast<double>(snapshot.workers.size());
  std::size_t row = 0;
  std::size_t longest = 0;
  for (const stats::Tick& tick : snapshot.ticks) {
    row = tick.generator_cpu > limit ? row + 1 : 0;
    longest = std::max(longest, row);
  }
  if (longest < busy_ticks) return;
  reasons.push_back(
      fmt::format("all workers together used more than {:.0f} % of their cores for "
                  "{} seconds in a row",
                  busy_share * 100, longest));
}

void check_starts(const stats::Snapshot& snapshot, std::vector<std::string>& reasons) {
  std::uint64_t late = 0;
  std::uint64_t started = 0;
  for (const auto& worker : snapshot.workers) late += worker.late_starts;
  for (const auto& fleet : snapshot.fleets) started += fleet.started;
  const double share = share_of(static_cast<double>(late), static_cast<double>(started));
  if (late >= late_floor && share > late_share) {
    reasons.push_back(fmt::format(
        "{} of {} starts ({:.1f} %) were more than 10 ms late with room below max_in_flight", late,
        started, share * 100));
  }
  for (const auto& fleet : snapshot.fleets) {
    const double dropped =
        share_of(static_cast<double>(fleet.dropped), static_cast<double>(fleet.planned));
    if (fleet.capped > 0 || dropped <= dropped_share || fleet.dropped < late_floor) continue;
    reasons.push_back(
        fmt::format("fleet \"{}\": {} of {} starts were never made, though max_in_flight had room",
                    fleet.name, fleet.dropped, fleet.planned));
  }
}

struct LocalLimit {
  const char* cause;
  const char* what;
};

/// Limits of this machine that look like failures of connections.
constexpr std::array local_limits{
    LocalLimit{"errno:EADDRNOTAVAIL", "found no free local port"},
    LocalLimit{"errno:EMFILE", "hit this process's limit of open files"},
    LocalLimit{"errno:ENFILE", "hit the system's limit of open files"},
    LocalLimit{"errno:ENOBUFS", "found no socket buffers"},
    LocalLimit{"errno:ENOMEM", "found no memory"},
};

void check_limits(const stats::Snapshot& snapshot, std::vector<std::string>& reasons) {
  for (const auto& fleet : snapshot.fleets) {
    for (const auto& limit : local_limits) {
      const auto failure = fleet.failures.find({"tcp", limit.cause});
      if (failure == fleet.failures.end()) continue;
      reasons.push_back(fmt::format("fleet \"{}\": {} connections {} ({})", fleet.name,
                                    failure->second, limit.what, limit.cause));
    }
  }
}

/// An engine that ends connections otherwise than libssl measures something else.
void check_shadows(const stats::Snapshot& snapshot, std::vector<std::string>& reasons) {
  for (const auto& fleet : snapshot.fleets) {
    const auto& shadows = fleet.lifecycle.shadows;
    if (shadows.differed == 0) continue;
    reasons.push_back(fmt::format(
        "fleet \"{}\": {} of {} connections ended otherwise than with libssl, the first kind: {}",
        fleet.name, shadows.differed, shadows.agreed + shadows.differed,
        shadows.differences.begin()->first));
  }
}

}  // namespace

std::vector<std::string> saturation_reasons(const stats::Snapshot& snapshot) {
  std::vector<std::string> reasons;
  for (std::size_t i = 0; i < snapshot.workers.size(); ++i) {
    check_worker(snapshot.workers[i], i, reasons);
  }
  check_ticks(snapshot, reasons);
  check_starts(snapshot, reasons);
  check_limits(snapshot, reasons);
  check_shadows(snapshot, reasons);
  return reasons;
}

}  // namespace handfast::loadgen
