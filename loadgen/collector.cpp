#include "loadgen/collector.hpp"

#include <algorithm>
#include <cmath>

namespace handfast::loadgen {

namespace {

/// Seconds of the measured load of a fleet that have passed after `elapsed_s`.
double load_until(const FleetPlan& plan, double elapsed_s) {
  return std::max(0.0, std::min(elapsed_s, seconds(plan.duration())) - seconds(plan.spec.warm_up));
}

/// Series are for reading and are many numbers: more digits would say nothing.
double three_decimals(double value) { return std::round(value * 1000) / 1000; }

/// What the second brought; a time series shows the warm-up too.
stats::Tick::Fleet events_of(const stats::FleetStats& second) {
  const stats::WarmUp& warm = second.warm_up;
  stats::Tick::Fleet tick;
  tick.planned = second.planned + warm.planned;
  tick.started = second.started + warm.started;
  tick.succeeded = second.succeeded + warm.succeeded;
  tick.failed = second.failed + warm.failed;
  tick.interrupted = second.interrupted + warm.interrupted;
  tick.dropped = second.dropped;
  tick.bad_chains = second.lifecycle.bad_chains.total();
  tick.bytes_sent = second.bytes_sent;
  tick.bytes_received = second.bytes_received;
  if (second.messages) {
    tick.published = second.messages->sent;
    tick.acked = second.messages->acked;
    tick.delivered = second.messages->delivered;
  }
  tick.failures = second.failures;
  return tick;
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
  const double now_s = three_decimals(seconds(at));
  const double tick_seconds = now_s - snapshot_.elapsed_s;
  snapshot_.elapsed_s = now_s;
  stats::Tick tick;
  tick.at_s = snapshot_.elapsed_s;
  for (std::size_t fleet = 0; fleet < plan_.fleets.size(); ++fleet) {
    stats::Tick::Fleet one = add_fleet(fleet, reports);
    stats::add_events(tick.all, one);
    tick.all.in_flight += one.in_flight;
    tick.all.connected += one.connected;
    if (plan_.fleets.size() <= stats::most_fleets) tick.fleets.push_back(std::move(one));
  }
  tell_all(tick.all);
  add_workers(reports, tick, tick_seconds);
  add_broker(broker, tick, tick_seconds);
  stats::append(snapshot_.ticks, std::move(tick));
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
  limit_samples(total, second);
  total.merge(second);
  total.warm_up.length_s = seconds(plan_.fleets[fleet].spec.warm_up);
  total.load_s = load_until(plan_.fleets[fleet], snapshot_.elapsed_s);
  // Two workers may have used the same identity, so this is no sum.
  total.distinct_certificates = certificates_[fleet].size();

  stats::Tick::Fleet tick = events_of(second);
  tick.name = total.name;
  tick.in_flight = total.in_flight();
  std::uint64_t connecting = 0;
  for (const WorkerReport& report : reports) {
    tick.ready += report.fleets[fleet].ready;
    connecting += report.fleets[fleet].connecting;
  }
  tick.connected = tick.in_flight - std::min(connecting, tick.in_flight);
  tell_latency(second, tick);
  reports.front().fleets[fleet].stats = std::move(second);  // gives the storage back
  return tick;
}

void Collector::limit_samples(const stats::FleetStats& total, stats::FleetStats& second) {
  std::erase_if(second.samples, [&](const auto& entry) {
    if (total.samples.contains(entry.first)) return false;
    return ++sampled_causes_ > most_sampled_causes;
  });
}

void Collector::tell_latency(const stats::FleetStats& second, stats::Tick::Fleet& tick) {
  for (const auto& [phase, both] : second.latency) {
    const stats::Histogram& told = stats::tells_response(phase) ? both.response : both.service;
    if (told.empty()) continue;
    tick.latency[phase] = stats::percentiles_of(told);
    if (plan_.fleets.size() > 1) second_[phase].merge(told);
  }
}

void Collector::tell_all(stats::Tick::Fleet& all) {
  // Those of the fleets do not add up, so their histograms did.
  for (auto& [phase, histogram] : second_) {
    if (histogram.empty()) continue;
    all.latency[phase] = stats::percentiles_of(histogram);
    histogram.clear();
  }
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
    std::uint64_t late = 0;
    for (const ShareReport& fleet : reports[i].fleets) late += fleet.late_starts;
    total.late_starts += late;
    tick.late_starts += late;
    const stats::Percentiles lag = stats::percentiles_of(reports[i].lag);
    tick.generator_lag_p99 = std::max(tick.generator_lag_p99, lag.p99);
    tick.generator_lag_max = std::max(tick.generator_lag_max, lag.max);
  }
  if (tick_seconds > 0) tick.generator_cpu = three_decimals(cpu / tick_seconds);
}

void Collector::add_broker(const std::optional<stats::ProcessSample>& broker, stats::Tick& tick,
                           double tick_seconds) {
  if (!broker) return;
  tick.broker_rss_bytes = broker->rss_bytes;
  tick.broker_open_files = broker->open_files;
  // A broker that was restarted begins again at zero.
  if (broker_cpu_before_ && tick_seconds > 0 && broker->cpu_seconds >= *broker_cpu_before_) {
    tick.broker_cpu = three_decimals((broker->cpu_seconds - *broker_cpu_before_) / tick_seconds);
  }
  broker_cpu_before_ = broker->cpu_seconds;
}

}  // namespace handfast::loadgen
