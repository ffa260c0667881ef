// The load engine's public face: fleets in, a Snapshot out. Knows nothing of PKI, scenarios or
// reports.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "core/stats/resources.hpp"
#include "core/stats/snapshot.hpp"
#include "loadgen/fleet_spec.hpp"
#include "loadgen/numbering.hpp"

namespace handfast::loadgen {

struct RunOptions {
  unsigned workers = 1;
  Shard shard;  ///< the part of the load that this process makes
  /// When the load begins; empty or past: as soon as all workers stand ready.
  std::optional<TimePoint> begin;
  /// Told from run()'s own thread when the load is about to begin: the moment from which its
  /// schedules count.
  std::function<void(TimePoint begin)> on_begin{};
  /// Called about once a second from run()'s own thread with everything measured so far.
  std::function<void(const stats::Snapshot&)> on_tick;
  /// Samples the broker for the ticks, when it runs here.
  std::function<std::optional<stats::ProcessSample>()> sample_broker;
  /// Set from outside (a signal handler) to end the run early; what was measured is still returned.
  const std::atomic<bool>* stop = nullptr;
  /// How long connections under way at the end of the schedule may still take.
  Nanos drain = std::chrono::seconds(10);
};

/// Runs all fleets side by side to the end of their schedules. Usage problem when a fleet cannot
/// work at all (settings that no connection could use); everything that happens to connections is
/// counted, never returned.
Result<stats::Snapshot> run(const std::vector<FleetSpec>& fleets, const RunOptions& options);

/// Reasons, in words, why the numbers of `snapshot` say more about the generator than about the
/// broker; empty: valid.
std::vector<std::string> saturation_reasons(const stats::Snapshot& snapshot);

}  // namespace handfast::loadgen
