// The broker of a run while the load is on it: sampled by the load's thread, stopped and started by
// a timeline's.
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "core/stats/resources.hpp"
#include "harness/scenario/stage.hpp"
#include "harness/scenario/timeline.hpp"
#include "reports/result.hpp"

namespace handfast::scenario {

class BrokerWatch {
 public:
  /// Both must outlive it. Without a broker of ours it watches nothing.
  BrokerWatch(Stage& stage, reports::BrokerInfo& info) : stage_(stage), info_(info) {}

  /// What the broker uses from here on counts.
  void begin();
  /// What it uses now, and the most it held goes into the info. CPU seconds go on counting over
  /// restarts. nullopt when it cannot be watched, does not run, or is being acted upon.
  std::optional<stats::ProcessSample> sample();

  /// Does `action` and waits until it is done; what came of it, in one sentence. The calling thread
  /// must live as long as the broker that it starts. Environment problem when it cannot be done.
  Result<std::string> act(BrokerAction action);

 private:
  std::optional<stats::ProcessSample> sample_locked();
  Result<std::string> stop();
  Result<std::string> start();
  Result<std::string> reload();
  /// Notes an end that nobody asked for; empty when there was none.
  std::string note_death();

  Stage& stage_;
  reports::BrokerInfo& info_;
  std::mutex mutex_;  ///< of everything here, the stage's broker and the info
  double before_s_ = 0;
  double gone_s_ = 0;  ///< CPU time of its earlier processes
  double last_s_ = 0;  ///< of the one that runs, as last seen
};

}  // namespace handfast::scenario
