#include "loadgen/run.hpp"

#include <algorithm>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>

#include "loadgen/collector.hpp"
#include "loadgen/plan.hpp"
#include "loadgen/worker.hpp"

namespace handfast::loadgen {
namespace {

constexpr Nanos tick_length = std::chrono::seconds(1);
constexpr Nanos stop_poll = std::chrono::milliseconds(50);
// Threads need a moment to come up; the load begins when all of them stand ready.
constexpr Nanos lead_in = std::chrono::milliseconds(20);

/// Counts workers that are done, and lets run() wait for that.
class Finished {
 public:
  void one_more() {
    const std::lock_guard lock(mutex_);
    ++count_;
    changed_.notify_all();
  }
  /// True when `all` workers are done; waits until `deadline` for it.
  bool wait_until(unsigned all, TimePoint deadline) {
    std::unique_lock lock(mutex_);
    return changed_.wait_until(lock, deadline, [&] { return count_ >= all; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  unsigned count_ = 0;
};

/// One run from its first tick to its last.
class Run {
 public:
  Run(const Plan& plan, const RunOptions& options)
      : plan_(plan), options_(options), collector_(plan), reports_(plan.workers) {
    for (WorkerReport& report : reports_) report.clear(plan.fleets.size());
  }

  Result<void> make_workers() {
    for (unsigned index = 0; index < plan_.workers; ++index) {
      auto worker = Worker::make(plan_, index, [this] { finished_.one_more(); });
      if (!worker) return worker.error();
      workers_.push_back(std::move(*worker));
    }
    return {};
  }

  stats::Snapshot measure() {
    if (options_.sample_broker) collector_.begin(options_.sample_broker());
    begin_ = std::max(Clock::now() + lead_in, options_.begin.value_or(TimePoint()));
    if (options_.on_begin) options_.on_begin(begin_);
    for (auto& worker : workers_) worker->start(begin_);
    TimePoint next_tick = begin_ + tick_length;
    bool done = false;
    while (!done) {
      done = wait_until(next_tick);
      tick();
      while (next_tick <= Clock::now()) next_tick += tick_length;
    }
    if (plan_.board) collector_.settle(*plan_.board);
    return collector_.take();
  }

 private:
  /// True when all workers are done before `deadline`; hands a stop on to them.
  bool wait_until(TimePoint deadline) {
    while (Clock::now() < deadline) {
      if (!stopped_ && options_.stop != nullptr && options_.stop->load()) {
        stopped_ = true;
        for (auto& worker : workers_) worker->stop();
      }
      if (finished_.wait_until(plan_.workers, std::min(deadline, Clock::now() + stop_poll))) {
        return true;
      }
    }
    return false;
  }

  void tick() {
    std::vector<std::future<void>> pending;
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      pending.push_back(workers_[i]->collect(reports_[i]));
    }
    for (auto& one : pending) one.get();
    const Nanos at = std::max(Nanos(Clock::now() - begin_), Nanos(0));
    const auto broker = options_.sample_broker ? options_.sample_broker() : std::nullopt;
    collector_.add(reports_, at, broker);
    if (options_.on_tick) options_.on_tick(collector_.snapshot());
  }

  const Plan& plan_;
  const RunOptions& options_;
  Collector collector_;
  std::vector<WorkerReport> reports_;
  Finished finished_;
  TimePoint begin_;
  bool stopped_ = false;
  std::vector<std::unique_ptr<Worker>>
      workers_;  // last: they call into finished_ and fill reports_
};

}  // namespace

Result<stats::Snapshot> run(const std::vector<FleetSpec>& fleets, const RunOptions& options) {
  const auto plan = make_plan(fleets, options);
  if (!plan) return plan.error();
  Run run(*plan, options);
  if (auto made = run.make_workers(); !made) return made.error();
  return run.measure();
}

}  // namespace handfast::loadgen
