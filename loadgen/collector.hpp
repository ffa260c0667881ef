// Adds up what the workers hand over: totals, and one tick a second from the same pieces.
#pragma once

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "loadgen/plan.hpp"
#include "loadgen/worker.hpp"

namespace handfast::loadgen {

class Collector {
 public:
  /// Of all fleets together: a load of a thousand fleets shall not be told in samples.
  static constexpr std::size_t most_sampled_causes = 100;

  explicit Collector(const Plan& plan);

  /// The broker's state at the start of the load, so that the first tick knows what it used.
  void begin(const std::optional<stats::ProcessSample>& broker);

  /// Adds one piece of each worker and closes a tick that ends `at` after the start of the load
  /// (stats::append). The reports are left cleared for the next round.
  void add(std::vector<WorkerReport>& reports, Nanos at,
           const std::optional<stats::ProcessSample>& broker);

  /// Books the messages that never came; once, when every worker is done.
  void settle(const MessageBoard& board) { board.settle(snapshot_.fleets); }

  const stats::Snapshot& snapshot() const { return snapshot_; }
  /// The snapshot itself; the collector is done.
  stats::Snapshot take() { return std::move(snapshot_); }

 private:
  stats::Tick::Fleet add_fleet(std::size_t fleet, std::vector<WorkerReport>& reports);
  void tell_latency(const stats::FleetStats& second, stats::Tick::Fleet& tick);
  void limit_samples(const stats::FleetStats& total, stats::FleetStats& second);
  void tell_all(stats::Tick::Fleet& all);
  void add_workers(std::vector<WorkerReport>& reports, stats::Tick& tick, double tick_seconds);
  void add_broker(const std::optional<stats::ProcessSample>& broker, stats::Tick& tick,
                  double tick_seconds);

  const Plan& plan_;
  stats::Snapshot snapshot_;
  std::vector<std::set<std::uint64_t>> certificates_;  ///< by fleet, over all workers
  std::map<stats::Phase, stats::Histogram> second_;    ///< of all fleets; kept for its storage
  std::size_t sampled_causes_ = 0;                     ///< of all fleets
  std::optional<double> broker_cpu_before_;
};

}  // namespace handfast::loadgen
