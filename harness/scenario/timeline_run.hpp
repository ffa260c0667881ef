// A timeline while it runs: a thread of its own does what the scenario says when it is time, beside
// the load and without holding it up.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "core/base/clock.hpp"
#include "harness/scenario/broker_watch.hpp"
#include "harness/scenario/timeline.hpp"
#include "harness/scenario/timeline_pki.hpp"
#include "reports/timeline.hpp"

namespace handfast::scenario {

class TimelineRun {
 public:
  /// `watch` and `pki` (null: no event touches it) must outlive it.
  TimelineRun(const Timeline& timeline, BrokerWatch& watch, TimelinePki* pki);
  /// Brokers that it started end with its thread at the latest: stop them before.
  ~TimelineRun();
  TimelineRun(const TimelineRun&) = delete;
  TimelineRun& operator=(const TimelineRun&) = delete;

  /// The load begins at `begin`. Once.
  void start(TimePoint begin);
  /// The load is over: waits for an event that has begun, and lets no other begin.
  void finish();

  /// What was done since the last call, in the order of time. Any thread may ask.
  std::vector<reports::TimelineEvent> news();
  /// All events, those not reached included.
  std::vector<reports::TimelineEvent> events() const;

 private:
  void work(TimePoint begin);
  Result<std::string> perform(const TimelineEvent& event);

  const Timeline& timeline_;
  BrokerWatch& watch_;
  TimelinePki* pki_;
  mutable std::mutex mutex_;  ///< of what follows
  std::condition_variable changed_;
  std::vector<reports::TimelineEvent> events_;
  std::size_t told_ = 0;    ///< events that news() has answered
  std::size_t done_ = 0;    ///< events that are over
  bool acting_ = false;     ///< one is under way
  bool finished_ = false;   ///< no event begins any more
  bool abandoned_ = false;  ///< the thread may end
  std::thread thread_;
};

}  // namespace handfast::scenario
