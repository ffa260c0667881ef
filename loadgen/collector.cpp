#include "loadgen/collector.hpp"

#include <algorithm>

namespace handfast::loadgen {

namespace {

/// The last piece of a run is as long as the last connection took; its rates would be noise.
constexpr double shortest_tick_s = 0.25;

/// Seconds of the measured load of a fleet that have passed after `elapsed_s`.
double load_until(const FleetPlan& plan, double elapsed_s) {
  return std::max(0.0, std::min(elapsed_s, seconds(plan.duration())) - seconds(plan.spec.warm_up));
}

/// Counts a short rest into the tick before it, which then ends later; its percentiles and CPU
/// stay.
void absorb(stats::Tick& tick, const stats::Tick& rest) {
  tick.at_s = rest.at_s;
  for (std::size_t i = 0; i < tick.fleets.size(); ++i) {
    tick.fleets[i].planned += rest.fleets[i].planned;
    tick.fleets[i].started += rest.fleets[i].started;
    tick.fleets[i].succeeded += rest.fleets[i].succeeded;
    tick.fleets[i].failed += rest.fleets[i].failed;
    tick.fleets[i].in_flight = rest.fleets[i].in_flight;
  }
  tick.generator_lag_max = std::max(tick.generator_lag_max, rest.generator_lag_max);
}

}  // namespace

Collector::Collector(const Plan& plan) : plan_(plan), certificates_(plan.fleets.size()) {
  for (const FleetPlan& fleet : plan.fleets) {
    stats::FleetStats total;
    total.name = fleet.spec.name;
    total.listener = fleet.spec.listener;
    if (fleet.messages) total.messages.emplace();
    if (fleet.resolve_time) {
      total.latency[stats::Phase::dns].service.record(*fleet.resolve_time);
      total.latency[stats::Phase::dns].response.record(*fleet.resolve_time);
    }
    snapshot_.fleets.push_back(std::move(total));
  }
  snapshot_.workers.resize(plan.workers);
}

void Collector::begin(const std::optional<stats::ProcessSample>& broker) {
  if (broker) broker_cpu_before_ = broker->cpu_seconds;
}

void Collector::add(std::vector<WorkerReport>& reports, Nanos at,
                    const std::optional<stats::ProcessSample>& broker) {
  const double tick_seconds = seconds(at) - snapshot_.elapsed_s;
  snapshot_.elapsed_s = seconds(at);
  stats::Tick tick;
  tick.at_s = snapshot_.elapsed_s;
  for (std::size_t fleet = 0; fleet < plan_.fleets.size(); ++fleet) {
    tick.fleets.push_back(add_fleet(fleet, reports));
  }
  add_workers(reports, tick, tick_seconds);
  add_broker(broker, tick, tick_seconds);
  if (tick_seconds < shortest_tick_s && !snapshot_.ticks.empty()) {
    absorb(snapshot_.ticks.back(), tick);
  } else {
    snapshot_.ticks.push_back(std::move(tick));
  }
  for (WorkerReport& report : reports) report.clear(plan_.fleets.size());
}

stats::Tick::Fleet Collector::add_fleet(std::size_t fleet, std::vector<WorkerReport>& reports) {
  stats::FleetStats second = std::move(reports.front().fleets[fleet].stats);
  for (std::size_t i = 1; i < reports.size(); ++i) second.merge(reports[i].fleets[fleet].stats);
  for (const WorkerReport& report : reports) {
    certificates_[fleet].insert(report.fleets[fleet].certificates.begin(),
                                report.fleets[fleet].certificates.end());
  }
  stats::FleetStats& total = snapshot_.fleets[fleet];
  total.merge(second);
  total.load_s = load_until(plan_.fleets[fleet], snapshot_.elapsed_s);
  // Two workers may have used the same identity, so this is no sum.
  total.distinct_certificates = certificates_[fleet].size();

  stats::Tick::Fleet tick;
  tick.name = total.name;
  // A time series shows the warm-up too.
  const stats::WarmUp& warm = second.warm_up;
  tick.planned = second.planned + warm.planned;
  tick.started = second.started + warm.started;
  tick.succeeded = second.succeeded + warm.succeeded;
  tick.failed = second.failed + warm.failed;
  tick.in_flight = total.in_flight();
  // Phases that a transport does not have stay absent, so they are looked up and never made.
  if (const auto tls = second.latency.find(stats::Phase::tls); tls != second.latency.end()) {
    tick.handshake_p50 = tls->second.service.quantile(0.5);
    tick.handshake_p99 = tls->second.service.quantile(0.99);
  }
  if (const auto ready = second.latency.find(stats::Phase::ready); ready != second.latency.end()) {
    tick.ready_p50 = ready->second.response.quantile(0.5);
    tick.ready_p99 = ready->second.response.quantile(0.99);
  }
  reports.front().fleets[fleet].stats = std::move(second);  // gives the storage back
  return tick;
}

void Collector::add_workers(std::vector<WorkerReport>& reports, stats::Tick& tick,
                            double tick_seconds) {
  double cpu = 0;
  for (std::size_t i = 0; i < reports.size(); ++i) {
    stats::WorkerStats& total = snapshot_.workers[i];
    cpu += reports[i].cpu_seconds - total.cpu_seconds;
    total.cpu_seconds = reports[i].cpu_seconds;
    total.wall_seconds = reports[i].wall_seconds;
    total.lag.merge(reports[i].lag);
    for (const ShareReport& fleet : reports[i].fleets) total.late_starts += fleet.late_starts;
    tick.generator_lag_max = std::max(tick.generator_lag_max, reports[i].lag.max());
  }
  if (tick_seconds > 0) tick.generator_cpu = cpu / tick_seconds;
}

void Collector::add_broker(const std::optional<stats::ProcessSample>& broker, stats::Tick& tick,
                           double tick_seconds) {
  if (!broker) return;
  tick.broker_rss_bytes = broker->rss_bytes;
  tick.broker_open_files = broker->open_files;
  // A broker that was restarted begins again at zero.
  if (broker_cpu_before_ && tick_seconds > 0 && broker->cpu_seconds >= *broker_cpu_before_) {
    tick.broker_cpu = (broker->cpu_seconds - *broker_cpu_before_) / tick_seconds;
  }
  broker_cpu_before_ = broker->cpu_seconds;
}

}  // namespace handfast::loadgen
