#include "reports/prometheus.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <limits>
#include <map>
#include <utility>

#include "core/base/text.hpp"
#include "core/base/utf8.hpp"

namespace handfast::reports {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using stats::FleetStats;
using stats::Snapshot;
using Labels = std::vector<ClientMetric::Label>;

double number(std::uint64_t count) { return static_cast<double>(count); }

/// Control characters told, and bytes that are no UTF-8 too: one bad label makes Prometheus drop
/// the whole scrape.
std::string label_value(std::string_view text) {
  auto safe = printable(text);
  while (const auto bad = find_ill_formed_utf8(safe)) safe[*bad] = '?';
  return safe;
}

class Family {
 public:
  Family(std::string name, std::string help, MetricType type) {
    family_.name = std::move(name);
    family_.help = std::move(help);
    family_.type = type;
  }
  void add(const Labels& labels, double value) {
    auto& metric = append(labels);
    metric.counter.value = value;  // of the two, the serializer reads the one of the type
    metric.gauge.value = value;
  }
  void add(const Labels& labels, const stats::Histogram& histogram);
  void append_to(std::vector<MetricFamily>& out) {
    if (!family_.metric.empty()) out.push_back(std::move(family_));
  }

 private:
  ClientMetric& append(const Labels& labels) {
    auto& metric = family_.metric.emplace_back();
    for (const auto& [name, value] : labels) metric.label.push_back({name, label_value(value)});
    return metric;
  }

  MetricFamily family_;
};

/// In one pass over the non-empty buckets. A bucket of ours counts by its upper end, which lies at
/// most a thousandth above the values in it.
void Family::add(const Labels& labels, const stats::Histogram& histogram) {
  auto& out = append(labels).histogram;
  out.sample_count = histogram.count();
  out.sample_sum = seconds(histogram.mean()) * number(histogram.count());
  const auto& bounds = latency_bounds();
  std::size_t bound = 0;
  std::uint64_t seen = 0;
  for (const auto& bucket : histogram.buckets()) {
    const double upper = seconds(bucket.upper);
    for (; bound < bounds.size() && bounds[bound] < upper; ++bound) {
      out.bucket.push_back({seen, bounds[bound]});
    }
    seen += bucket.count;
  }
  for (; bound < bounds.size(); ++bound) out.bucket.push_back({seen, bounds[bound]});
  out.bucket.push_back({histogram.count(), std::numeric_limits<double>::infinity()});
}

Labels fleet_labels(const FleetStats& fleet) {
  return {{"fleet", fleet.name}, {"listener", fleet.listener}};
}

Labels with(Labels labels, const char* name, std::string_view value) {
  labels.push_back({name, std::string(value)});
  return labels;
}

/// A count of every fleet as a counter of its own.
struct FleetCounter {
  const char* name;
  const char* help;
  std::uint64_t FleetStats::* member;
};

constexpr std::array fleet_counters{
    FleetCounter{"handfast_starts_planned_total", "Connection starts that were due",
                 &FleetStats::planned},
    FleetCounter{"handfast_starts_dropped_total", "Starts that were due and never made",
                 &FleetStats::dropped},
    FleetCounter{"handfast_starts_capped_total",
                 "Starts that waited for room below max_in_flight: the broker was slower",
                 &FleetStats::capped},
    FleetCounter{"handfast_connections_started_total", "Connection attempts", &FleetStats::started},
    FleetCounter{"handfast_tls_handshakes_total", "TLS handshakes completed",
                 &FleetStats::tls_handshakes},
    FleetCounter{"handfast_tls_resumed_total", "TLS handshakes that resumed a session",
                 &FleetStats::resumed},
    FleetCounter{"handfast_sent_bytes_total", "Bytes sent on the transport, TLS included",
                 &FleetStats::bytes_sent},
    FleetCounter{"handfast_received_bytes_total", "Bytes received on the transport, TLS included",
                 &FleetStats::bytes_received},
};

void add_counters(const Snapshot& snapshot, std::vector<MetricFamily>& out) {
  for (const auto& counter : fleet_counters) {
    Family family(counter.name, counter.help, MetricType::Counter);
    for (const auto& fleet : snapshot.fleets) {
      family.add(fleet_labels(fleet), number(fleet.*counter.member));
    }
    family.append_to(out);
  }
}

void add_outcomes(const Snapshot& snapshot, std::vector<MetricFamily>& out) {
  Family ended("handfast_connections_ended_total", "Connection attempts by how they ended",
               MetricType::Counter);
  Family failures("handfast_failures_total", "Failed connections by phase and cause",
                  MetricType::Counter);
  Family open("handfast_connections_in_flight",
              "Attempts without an outcome, connections that are held included", MetricType::Gauge);
  for (const auto& fleet : snapshot.fleets) {
    const auto labels = fleet_labels(fleet);
    ended.add(with(labels, "outcome", "succeeded"), number(fleet.succeeded));
    ended.add(with(labels, "outcome", "failed"), number(fleet.failed));
    ended.add(with(labels, "outcome", "interrupted"), number(fleet.interrupted));
    open.add(labels, number(fleet.in_flight()));
    for (const auto& [key, count] : fleet.failures) {
      failures.add(with(with(labels, "phase", key.phase), "cause", key.cause), number(count));
    }
  }
  ended.append_to(out);
  failures.append_to(out);
  open.append_to(out);
}

void add_latencies(const Snapshot& snapshot, std::vector<MetricFamily>& out) {
  Family family("handfast_phase_seconds",
                "Latency by phase; time=response counts from the intended start, time=service from "
                "the actual one",
                MetricType::Histogram);
  for (const auto& fleet : snapshot.fleets) {
    for (const auto& [phase, times] : fleet.latency) {
      const auto labels = with(fleet_labels(fleet), "phase", to_string(phase));
      if (!times.response.empty()) family.add(with(labels, "time", "response"), times.response);
      if (!times.service.empty()) family.add(with(labels, "time", "service"), times.service);
    }
  }
  family.append_to(out);
}

void add_negotiated(const Snapshot& snapshot, std::vector<MetricFamily>& out) {
  Family family("handfast_negotiated_total", "Connections by what was negotiated",
                MetricType::Counter);
  for (const auto& fleet : snapshot.fleets) {
    for (const auto& [aspect, values] : fleet.negotiated) {
      for (const auto& [value, count] : values) {
        family.add(with(with(fleet_labels(fleet), "aspect", aspect), "value", value),
                   number(count));
      }
    }
  }
  family.append_to(out);
}

using MessageCount = std::pair<const char*, std::uint64_t stats::MessageStats::*>;
constexpr std::array<MessageCount, 10> message_counts{
    {{"sent", &stats::MessageStats::sent},
     {"unsent", &stats::MessageStats::unsent},
     {"held_back", &stats::MessageStats::held_back},
     {"acked", &stats::MessageStats::acked},
     {"refused", &stats::MessageStats::refused},
     {"unacked", &stats::MessageStats::unacked},
     {"delivered", &stats::MessageStats::delivered},
     {"duplicated", &stats::MessageStats::duplicated},
     {"out_of_order", &stats::MessageStats::out_of_order},
     {"lost", &stats::MessageStats::lost}}};

void add_messages(const Snapshot& snapshot, std::vector<MetricFamily>& out) {
  Family family("handfast_messages_total", "Application messages by what became of them",
                MetricType::Counter);
  for (const auto& fleet : snapshot.fleets) {
    if (!fleet.messages) continue;
    for (const auto& [event, member] : message_counts) {
      family.add(with(fleet_labels(fleet), "event", event), number((*fleet.messages).*member));
    }
  }
  family.append_to(out);
}

using DatagramCount = std::pair<const char*, std::uint64_t stats::DatagramStats::*>;
constexpr std::array<DatagramCount, 5> datagram_counts{
    {{"sent", &stats::DatagramStats::datagrams_sent},
     {"received", &stats::DatagramStats::datagrams_received},
     {"unsent", &stats::DatagramStats::unsent},
     {"dropped_by_kernel", &stats::DatagramStats::kernel_drops},
     {"lost_on_purpose", &stats::DatagramStats::impaired}}};

void add_datagrams(const Snapshot& snapshot, std::vector<MetricFamily>& out) {
  Family family("handfast_datagrams_total", "Datagrams of fleets over DTLS by what became of them",
                MetricType::Counter);
  for (const auto& fleet : snapshot.fleets) {
    if (!fleet.datagrams) continue;
    for (const auto& [event, member] : datagram_counts) {
      family.add(with(fleet_labels(fleet), "event", event), number((*fleet.datagrams).*member));
    }
  }
  family.append_to(out);
}

void add_lifecycles(const Snapshot& snapshot, std::vector<MetricFamily>& out) {
  Family reconnects("handfast_reconnects_total", "Clients that lost their connection, and after",
                    MetricType::Counter);
  Family bad("handfast_bad_chains_total", "Connections with a bad chain by how they fared",
             MetricType::Counter);
  for (const auto& fleet : snapshot.fleets) {
    const auto labels = fleet_labels(fleet);
    const auto& back = fleet.lifecycle.reconnects;
    if (back != stats::Reconnects{}) {
      reconnects.add(with(labels, "event", "lost"), number(back.lost));
      reconnects.add(with(labels, "event", "attempted"), number(back.attempts));
      reconnects.add(with(labels, "event", "back"), number(back.back));
      reconnects.add(with(labels, "event", "given_up"), number(back.given_up));
    }
    const auto& chains = fleet.lifecycle.bad_chains;
    if (chains.total() == 0) continue;
    bad.add(with(labels, "outcome", "as_expected"), number(chains.as_expected));
    bad.add(with(labels, "outcome", "wrongly_accepted"), number(chains.wrongly_accepted));
    bad.add(with(labels, "outcome", "refused_otherwise"), number(chains.refused_otherwise));
  }
  reconnects.append_to(out);
  bad.append_to(out);
}

void add_generator(const Snapshot& snapshot, std::vector<MetricFamily>& out) {
  Family cpu("handfast_generator_cpu_seconds_total", "CPU time of each worker",
             MetricType::Counter);
  Family late("handfast_generator_late_starts_total",
              "Starts made more than 10 ms after they were due, by the generator's own fault",
              MetricType::Counter);
  Family lag("handfast_generator_lag_seconds", "How late timers of the event loops fired",
             MetricType::Histogram);
  stats::Histogram all;
  for (std::size_t i = 0; i < snapshot.workers.size(); ++i) {
    const auto& worker = snapshot.workers[i];
    const Labels labels{{"worker", std::to_string(i)}};
    cpu.add(labels, worker.cpu_seconds);
    late.add(labels, number(worker.late_starts));
    all.merge(worker.lag);
  }
  if (!all.empty()) lag.add({}, all);
  cpu.append_to(out);
  late.append_to(out);
  lag.append_to(out);
}

/// What is known of the broker's process where it runs here, as of the last second.
void add_broker(const Snapshot& snapshot, std::vector<MetricFamily>& out) {
  if (snapshot.ticks.empty() || snapshot.ticks.back().broker_rss_bytes == 0) return;
  const auto& tick = snapshot.ticks.back();
  Family cpu("handfast_broker_cpu_cores", "Cores used by the broker under test", MetricType::Gauge);
  Family memory("handfast_broker_resident_memory_bytes", "Resident memory of the broker under test",
                MetricType::Gauge);
  Family files("handfast_broker_open_files", "Open files of the broker under test",
               MetricType::Gauge);
  cpu.add({}, tick.broker_cpu);
  memory.add({}, number(tick.broker_rss_bytes));
  files.add({}, number(tick.broker_open_files));
  cpu.append_to(out);
  memory.append_to(out);
  files.append_to(out);
}

void add_events(const std::vector<TimelineEvent>& events, std::vector<MetricFamily>& out) {
  std::map<std::array<std::string, 3>, std::uint64_t> counts;
  for (const auto& event : events) {
    ++counts[{event.subject, event.action, std::string(to_string(event.outcome))}];
  }
  Family family("handfast_timeline_events_total", "Events of the timeline that are over",
                MetricType::Counter);
  for (const auto& [key, count] : counts) {
    family.add({{"subject", key[0]}, {"action", key[1]}, {"outcome", key[2]}}, number(count));
  }
  family.append_to(out);
}

}  // namespace

const std::vector<double>& latency_bounds() {
  static const std::vector<double> bounds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
                                          0.01,   0.025,   0.05,   0.1,   0.25,   0.5,
                                          1,      2.5,     5,      10,    30,     60};
  return bounds;
}

std::vector<MetricFamily> metric_families(const Snapshot& snapshot, const std::string& version,
                                          const std::vector<TimelineEvent>& events) {
  std::vector<MetricFamily> out;
  Family info("handfast_build_info", "The version that makes the load; always 1",
              MetricType::Gauge);
  info.add({{"version", version}}, 1);
  info.append_to(out);
  Family elapsed("handfast_load_elapsed_seconds", "Time since the load began", MetricType::Gauge);
  elapsed.add({}, snapshot.elapsed_s);
  elapsed.append_to(out);
  add_counters(snapshot, out);
  add_outcomes(snapshot, out);
  add_latencies(snapshot, out);
  add_negotiated(snapshot, out);
  add_messages(snapshot, out);
  add_datagrams(snapshot, out);
  add_lifecycles(snapshot, out);
  add_generator(snapshot, out);
  add_broker(snapshot, out);
  add_events(events, out);
  return out;
}

std::string metrics_text(const Snapshot& snapshot, const std::string& version,
                         const std::vector<TimelineEvent>& events) {
  return prometheus::TextSerializer().Serialize(metric_families(snapshot, version, events));
}

}  // namespace handfast::reports
