#include "harness/scenario/timeline_run.hpp"

namespace handfast::scenario {

namespace {

reports::TimelineEvent planned(const TimelineEvent& event) {
  reports::TimelineEvent out;
  out.planned_s = seconds(event.at);
  out.subject = subject_of(event);
  out.action = verb_of(event);
  out.what = describe(event);
  return out;
}

}  // namespace

TimelineRun::TimelineRun(const Timeline& timeline, BrokerWatch& watch, TimelinePki* pki)
    : timeline_(timeline), watch_(watch), pki_(pki) {
  for (const auto& event : timeline) events_.push_back(planned(event));
}

TimelineRun::~TimelineRun() {
  {
    const std::lock_guard lock(mutex_);
    finished_ = abandoned_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void TimelineRun::start(TimePoint begin) {
  if (timeline_.empty() || thread_.joinable()) return;
  thread_ = std::thread([this, begin] { work(begin); });
}

void TimelineRun::finish() {
  std::unique_lock lock(mutex_);
  finished_ = true;
  changed_.notify_all();
  changed_.wait(lock, [this] { return !acting_; });
}

std::vector<reports::TimelineEvent> TimelineRun::news() {
  const std::lock_guard lock(mutex_);
  const auto from = std::exchange(told_, done_);
  return {events_.begin() + static_cast<std::ptrdiff_t>(from),
          events_.begin() + static_cast<std::ptrdiff_t>(done_)};
}

std::vector<reports::TimelineEvent> TimelineRun::events() const {
  const std::lock_guard lock(mutex_);
  return events_;
}

void TimelineRun::work(TimePoint begin) {
  std::unique_lock lock(mutex_);
  for (std::size_t i = 0; i < timeline_.size(); ++i) {
    const auto due = begin + timeline_[i].at;
    if (changed_.wait_until(lock, due, [this] { return finished_; })) break;
    acting_ = true;
    lock.unlock();
    const auto began = Clock::now();
    const auto done = perform(timeline_[i]);
    const auto took = Clock::now() - began;
    lock.lock();
    acting_ = false;
    auto& event = events_[i];
    event.began_s = seconds(began - begin);
    event.took_s = seconds(took);
    event.outcome = done ? reports::EventOutcome::done : reports::EventOutcome::failed;
    event.detail = done ? *done : done.error().text();
    done_ = i + 1;
    changed_.notify_all();
  }
  // A broker that this thread started is killed when the thread ends (broker::Process).
  changed_.wait(lock, [this] { return abandoned_; });
}

Result<std::string> TimelineRun::perform(const TimelineEvent& event) {
  if (const auto* action = std::get_if<BrokerAction>(&event.action)) return watch_.act(*action);
  if (pki_ == nullptr) return internal_problem("a PKI event without a PKI");
  return pki_->perform(std::get<PkiAction>(event.action), std::chrono::system_clock::now());
}

}  // namespace handfast::scenario
