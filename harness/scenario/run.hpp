// The runner: puts PKI, broker, checks and fleets of a scenario together and answers the result
// model.
#pragma once

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "core/stats/snapshot.hpp"
#include "harness/scenario/model.hpp"
#include "harness/scenario/reader.hpp"
#include "harness/scenario/shard.hpp"
#include "reports/result.hpp"

namespace handfast::scenario {

/// Told what is going on; every member may be empty. Called from run()'s own thread.
struct Observer {
  /// A step is done or begins: "pki: 14 files written to out/quickstart/pki".
  std::function<void(std::string_view line)> step;
  /// Check `index` of `total` (from 1) has a verdict.
  std::function<void(std::size_t index, std::size_t total, const reports::CheckResult& result)>
      check;
  /// About once a second while fleets run; `planned` is the length of the longest schedule.
  std::function<void(const stats::Snapshot& snapshot, Nanos planned)> load;
  /// An event of the timeline is over; told within a second of it while fleets run.
  std::function<void(const reports::TimelineEvent& event)> event{};
};

struct RunSettings {
  std::filesystem::path
      out;  ///< result, broker log and, unless the scenario says otherwise, the PKI go here
  std::string command_line;   ///< for the result, so that the run can be repeated
  std::string version;        ///< of handfast
  std::string broker_binary;  ///< empty: as installed
  bool may_load_remote =
      false;             ///< the caller vouches for a target outside loopback and private ranges
  unsigned workers = 0;  ///< threads of the load engine; 0: half of the cores, at least one
  std::optional<loadgen::Shard> shard;  ///< makes this part of the load and leaves its judgement
                                        ///< to a merge; empty: all of it
  std::optional<WallTime> start_at;     ///< when the load begins; empty: when all stands ready
  /// Gets each line of the fleets' NSS key log, from any thread. Secrets: set for --keylog alone.
  std::function<void(std::string_view line)> key_log;
  const std::atomic<bool>* stop =
      nullptr;  ///< set by a signal handler: end in order, report what was measured
  Observer observer;
};

/// What this program offers to a scenario's reader: drivers, presets, check groups, the contents of
/// PKIs.
Known known();

/// Runs `scenario`. A problem is answered when nothing could be measured (PKI, broker, target,
/// settings); what happens afterwards is in the result, whose exit code is final.
Result<reports::Result> run(const Scenario& scenario, const RunSettings& settings);

/// The thresholds of `scenario`, and for every fleet without one on its errors an implied
/// "FLEET.errors == 0": a storm whose connections fail must not end in success because nobody
/// thought of it.
std::vector<Threshold> effective_thresholds(const Scenario& scenario);

}  // namespace handfast::scenario
