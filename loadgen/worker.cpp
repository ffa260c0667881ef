#include "loadgen/worker.hpp"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <thread>

#include "loadgen/connections.hpp"
#include "loadgen/loop_lag.hpp"

namespace handfast::loadgen {
namespace asio = boost::asio;

namespace {

// Starts in one go; then the sockets get their turn, so that catching up does not delay what is
// under way.
constexpr int start_burst = 16;

double thread_cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

/// What a shadow is to do alike: all that decides about the outcome, and TLS 1.3 alone.
tls::ClientSettings shadow_settings(tls::ClientSettings settings) {
  settings.min_version = tls::Version::tls1_3;
  settings.keep_sessions = false;
  settings.key_mode = tls::KeyMode::fresh;
  return settings;
}

/// Engines by fleet, and a trial of what each connection will need.
Result<std::vector<FleetEngines>> make_engines(const Plan& plan) {
  std::vector<FleetEngines> engines;
  for (const FleetPlan& fleet : plan.fleets) {
    const std::string whose = fmt::format("fleet \"{}\"", fleet.spec.name);
    if (!fleet.protocol.tls) {
      engines.emplace_back();
      continue;
    }
    auto engine = tls::make_engine(fleet.spec.engine, fleet.spec.tls);
    if (!engine) return with_context(engine.error(), whose);
    tls::ConnectionSettings settings;
    settings.host = fleet.server_name;
    if (fleet.spec.identity) {
      auto identity = fleet.spec.identity(0);
      if (!identity) return with_context(identity.error(), whose);
      settings.identity = std::move(*identity);
    }
    if (fleet.spec.psk) {
      auto psk = fleet.spec.psk(0);
      if (!psk) return with_context(psk.error(), whose);
      settings.psk = std::move(*psk);
    }
    if (auto client = (*engine)->make_client(settings); !client) {
      return with_context(client.error(), whose);
    }
    if (fleet.spec.bad_chains) {
      auto identity = fleet.spec.bad_chains->identity(0);
      if (!identity) return with_context(identity.error(), whose);
    }
    std::unique_ptr<tls::Engine> shadow;
    if (fleet.spec.shadow_share > 0) {
      auto made = tls::make_engine(tls::EngineKind::libssl, shadow_settings(fleet.spec.tls));
      if (!made) return with_context(made.error(), whose);
      shadow = std::move(*made);
    }
    engines.push_back({std::move(*engine), std::move(shadow)});
  }
  return engines;
}

}  // namespace

void WorkerReport::clear(std::size_t count) {
  fleets.resize(count);
  for (ShareReport& fleet : fleets) fleet.clear();
  lag.clear();
  cpu_seconds = wall_seconds = 0;
}

class Worker::Loop {
 public:
  Loop(const Plan& plan, unsigned index, std::vector<FleetEngines> engines,
       std::function<void()> on_finished)
      : plan_(plan),
        index_(index),
        engines_(std::move(engines)),
        on_finished_(std::move(on_finished)) {}

  ~Loop() {
    context_.stop();
    if (thread_.joinable()) thread_.join();
  }

  void start(TimePoint begin) {
    begin_ = begin;
    thread_ = std::thread([this] { run(); });
  }

  void stop() {
    asio::post(context_, [this] { finish(Clock::now()); });
  }

  std::future<void> collect(WorkerReport& report) {
    auto done = std::make_shared<std::promise<void>>();  // handlers are copyable, promises are not
    asio::post(context_, [this, &report, done] {
      fill(report);
      done->set_value();
    });
    return done->get_future();
  }

 private:
  void run() {
    for (const FleetPlan& fleet : plan_.fleets) {
      shares_.emplace_back(fleet, index_, plan_.workers, begin_);
    }
    lag_.emplace(begin_, TimerWheel::tick);
    const std::uint64_t seed =
        index_ + static_cast<std::uint64_t>(begin_.time_since_epoch().count());
    connections_.emplace(context_, shares_, engines_, begin_, seed);
    connections_->on_room = [this] { start_soon(); };
    wait_until(begin_);
    context_.run();
    connections_.reset();
  }

  void wait_until(TimePoint when) {
    timer_.expires_at(when);
    timer_.async_wait([this](boost::system::error_code error) {
      if (!error) on_timer();
    });
  }

  void on_timer() {
    if (finished_) return;
    const TimePoint now = Clock::now();
    if (!measuring_) begin_measuring();
    lag_->fired(now);
    start_due(now);
    connections_->expire(now);
    ramp_down(now);
    if (!schedule_over_ && (now >= begin_ + plan_.duration || messages_over(now))) {
      schedule_over_ = true;
      connections_->end_hold(now);
    }
    if (over(now)) return finish(now);
    if (schedule_over_ && all_started(now)) end_measuring(now);
    wait_until(next_wake(now));
  }

  /// Closes what is to be closed of fleets that end their load gently.
  void ramp_down(TimePoint now) {
    const TimePoint end = begin_ + plan_.duration;
    for (std::size_t fleet = 0; fleet < plan_.fleets.size(); ++fleet) {
      const Nanos length = plan_.fleets[fleet].spec.ramp_down;
      if (length <= Nanos(0) || schedule_over_ || now < end - length) continue;
      connections_->ramp_down(fleet, 1 - std::max(0.0, seconds(end - now) / seconds(length)), now);
    }
  }

  /// Makes the starts that are due, fleet by fleet in turns.
  void start_due(TimePoint now) {
    int left = start_burst;
    for (bool any = true; any && left > 0;) {
      any = false;
      for (std::size_t fleet = 0; fleet < shares_.size() && left > 0; ++fleet) {
        if (!shares_[fleet].may_start(now)) continue;
        const Start start = shares_[fleet].take(now);
        connections_->open(fleet, start, now);
        any = true;
        --left;
        now = Clock::now();  // opening takes its time: an identity may have to be read
      }
    }
  }

  /// Room below the cap or a place of a closed loop became free: does not wait for the next tick,
  /// which would limit small caps to one connection a millisecond.
  void start_soon() {
    if (start_posted_ || finished_) return;
    start_posted_ = true;
    asio::post(context_, [this] {
      start_posted_ = false;
      if (!finished_ && Clock::now() >= begin_) start_due(Clock::now());
    });
  }

  TimePoint next_wake(TimePoint now) const {
    const auto ticks = (now - begin_) / TimerWheel::tick + 1;
    TimePoint wake = begin_ + ticks * TimerWheel::tick;
    for (const FleetShare& share : shares_) {
      if (const auto due = share.next_due(now)) wake = std::min(wake, std::max(*due, now));
    }
    return wake;
  }

  bool all_started(TimePoint now) const {
    for (const FleetShare& share : shares_) {
      if (!share.exhausted(now)) return false;
    }
    return true;
  }

  /// Clients with a number of messages may be done long before the time that they have for it. Who
  /// waits to come back has no connection and is not done.
  bool messages_over(TimePoint now) const {
    return plan_.board && all_started(now) && connections_->empty() &&
           std::ranges::none_of(shares_, &FleetShare::has_follow_ups);
  }

  bool over(TimePoint now) const {
    if (!schedule_over_) return false;
    return now >= begin_ + plan_.duration + plan_.drain ||
           (all_started(now) && connections_->empty());
  }

  void finish(TimePoint now) {
    if (finished_) return;
    finished_ = true;
    end_measuring(now);
    for (FleetShare& share : shares_) share.give_up(now);
    connections_->interrupt_all(now);
    on_finished_();
  }

  void begin_measuring() {
    measuring_ = true;
    cpu_at_begin_ = thread_cpu_seconds();
  }

  /// Our own use counts over the load only: waiting for a silent broker at the end would dilute it.
  void end_measuring(TimePoint now) {
    if (measured_) return;
    measured_ = true;
    measure(now);
  }

  void measure(TimePoint now) {
    if (!measuring_) return;
    cpu_seconds_ = thread_cpu_seconds() - cpu_at_begin_;
    wall_seconds_ = seconds(now - begin_);
  }

  void fill(WorkerReport& report) {
    const TimePoint now = Clock::now();
    if (!measured_) measure(now);
    for (std::size_t i = 0; i < shares_.size(); ++i) shares_[i].collect(report.fleets[i], now);
    std::swap(report.lag, lag_->histogram());
    report.cpu_seconds = cpu_seconds_;
    report.wall_seconds = wall_seconds_;
  }

  const Plan& plan_;
  unsigned index_;
  std::vector<FleetEngines> engines_;
  std::function<void()> on_finished_;
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
  asio::steady_timer timer_{context_};
  TimePoint begin_;
  std::vector<FleetShare> shares_;
  std::optional<Connections> connections_;
  std::optional<LoopLag> lag_;
  double cpu_at_begin_ = 0;
  double cpu_seconds_ = 0;
  double wall_seconds_ = 0;
  bool measuring_ = false;
  bool measured_ = false;
  bool schedule_over_ = false;
  bool start_posted_ = false;
  bool finished_ = false;
  std::thread thread_;  // last: the others must outlive it
};

Result<std::unique_ptr<Worker>> Worker::make(const Plan& plan, unsigned index,
                                             std::function<void()> on_finished) {
  auto engines = make_engines(plan);
  if (!engines) return engines.error();
  auto loop = std::make_unique<Loop>(plan, index, std::move(*engines), std::move(on_finished));
  return std::unique_ptr<Worker>(new Worker(std::move(loop)));
}

Worker::Worker(std::unique_ptr<Loop> loop) : loop_(std::move(loop)) {}
Worker::~Worker() = default;

void Worker::start(TimePoint begin) { loop_->start(begin); }
void Worker::stop() { loop_->stop(); }
std::future<void> Worker::collect(WorkerReport& report) { return loop_->collect(report); }

}  // namespace handfast::loadgen
