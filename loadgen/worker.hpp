// One thread of the generator: one event loop, one TLS engine for each fleet, its own share of each
// schedule. Workers share nothing while they run; what they counted is handed over on request, on
// their own loop.
#pragma once

#include <functional>
#include <future>
#include <memory>
#include <vector>

#include "loadgen/fleet_share.hpp"
#include "loadgen/plan.hpp"

namespace handfast::loadgen {

/// What one worker hands over: everything since the last time.
struct WorkerReport {
  std::vector<ShareReport> fleets;
  stats::Histogram lag;
  double cpu_seconds = 0;   ///< of the load until now, not since the last time
  double wall_seconds = 0;  ///< likewise

  /// Makes the report empty and fit for `count` fleets.
  void clear(std::size_t count);
};

class Worker {
 public:
  /// Usage problem when a fleet's TLS settings, or its first identity, do not work. `plan` must
  /// outlive the worker; `on_finished` is called once, from the worker's thread, when its load is
  /// over.
  static Result<std::unique_ptr<Worker>> make(const Plan& plan, unsigned index,
                                              std::function<void()> on_finished);
  /// Ends the thread. Connections under way are cut without being counted; stop() first to count
  /// them.
  ~Worker();

  /// Begins the load at `begin`, which should lie a little ahead. Call once.
  void start(TimePoint begin);
  /// Ends the load now: no more starts, connections under way count as interrupted.
  void stop();
  /// Fills `report` (clear) on the worker's thread; it must stay alive until the future is ready.
  /// Works until the worker is destroyed, also after it has finished.
  std::future<void> collect(WorkerReport& report);

 private:
  class Loop;
  explicit Worker(std::unique_ptr<Loop> loop);

  std::unique_ptr<Loop> loop_;
};

}  // namespace handfast::loadgen
