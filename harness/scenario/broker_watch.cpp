#include "harness/scenario/broker_watch.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/units.hpp"
#include "harness/broker/start_again.hpp"

namespace handfast::scenario {

void BrokerWatch::begin() {
  const std::lock_guard lock(mutex_);
  if (const auto first = sample_locked()) before_s_ = first->cpu_seconds;
}

std::optional<stats::ProcessSample> BrokerWatch::sample() {
  // The load's clock must not wait for a broker that takes its time to come up.
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock) return std::nullopt;
  auto seen = sample_locked();
  if (!seen) return std::nullopt;
  info_.watched = true;
  info_.cpu_seconds = seen->cpu_seconds - before_s_;
  info_.rss_max_bytes = std::max(info_.rss_max_bytes, seen->rss_bytes);
  info_.open_files_max = std::max(info_.open_files_max, seen->open_files);
  return seen;
}

std::optional<stats::ProcessSample> BrokerWatch::sample_locked() {
  if (!stage_.broker) return std::nullopt;
  auto seen = stage_.broker->sample();
  if (!seen) return std::nullopt;
  last_s_ = seen->cpu_seconds;
  seen->cpu_seconds += gone_s_;
  return *seen;
}

Result<std::string> BrokerWatch::act(BrokerAction action) {
  const std::lock_guard lock(mutex_);
  if (!stage_.broker) return environment_problem("there is no broker of ours");
  switch (action) {
    case BrokerAction::reload:
      return reload();
    case BrokerAction::stop:
      return stop();
    case BrokerAction::start:
      return start();
    case BrokerAction::restart:
      break;
  }
  const auto begun = Clock::now();
  const auto stopped = stop();
  if (!stopped) return stopped.error();
  auto started = start();
  if (!started) return started.error();
  return fmt::format("{}, then {}; back after {}", *stopped, *started,
                     format_duration(Clock::now() - begun));
}

Result<std::string> BrokerWatch::reload() {
  const auto done = stage_.broker->reload();
  if (!done) return done.error();
  return fmt::format("pid {} was told to read its certificates again", stage_.broker->pid());
}

Result<std::string> BrokerWatch::stop() {
  [[maybe_unused]] const auto last = sample_locked();  // its CPU time counts on
  gone_s_ += std::exchange(last_s_, 0);
  const auto death = note_death();
  const auto pid = stage_.broker->pid();
  if (const auto done = stage_.broker->stop(); !done) return done.error();
  return death.empty() ? fmt::format("pid {} stopped", pid)
                       : fmt::format("pid {} had ended by itself: {}", pid, death);
}

Result<std::string> BrokerWatch::start() {
  auto again = broker::start_again(stage_.broker->driver(), stage_.broker_settings,
                                   stage_.broker->listeners());
  if (!again) return again.error();
  stage_.broker = std::move(*again);
  return fmt::format("pid {} started", stage_.broker->pid());
}

std::string BrokerWatch::note_death() {
  const auto died = stage_.broker->died();
  if (!died) return {};
  info_.died = died->text();
  return *info_.died;
}

}  // namespace handfast::scenario
