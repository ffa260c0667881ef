#include "core/stats/snapshot.hpp"

#include <algorithm>

namespace handfast::stats {

void WarmUp::merge(const WarmUp& other) {
  planned += other.planned;
  started += other.started;
  succeeded += other.succeeded;
  failed += other.failed;
  interrupted += other.interrupted;
  length_s = std::max(length_s, other.length_s);  // parts run side by side
}

void FleetStats::merge(const FleetStats& other) {
  if (name.empty()) name = other.name;
  if (listener.empty()) listener = other.listener;
  planned += other.planned;
  started += other.started;
  load_s = std::max(load_s, other.load_s);  // parts run side by side
  started_in_time += other.started_in_time;
  ready_in_time += other.ready_in_time;
  warm_up.merge(other.warm_up);
  dropped += other.dropped;
  capped += other.capped;
  succeeded += other.succeeded;
  failed += other.failed;
  interrupted += other.interrupted;
  tls_handshakes += other.tls_handshakes;
  resumed += other.resumed;
  seeding += other.seeding;
  resumption_asked += other.resumption_asked;
  early_data_sent += other.early_data_sent;
  early_data_accepted += other.early_data_accepted;
  distinct_certificates += other.distinct_certificates;
  bytes_sent += other.bytes_sent;
  bytes_received += other.bytes_received;
  lifecycle.merge(other.lifecycle);
  for (const auto& [phase, part] : other.latency) {
    PhaseLatency& whole = latency[phase];
    whole.response.merge(part.response);
    whole.service.merge(part.service);
  }
  for (const auto& [key, count] : other.failures) failures[key] += count;
  for (const auto& [key, some] : other.samples) {
    for (const FailureSample& sample : some) add_sample(samples[key], sample);
  }
  if (other.datagrams) {
    if (!datagrams) datagrams.emplace();
    datagrams->merge(*other.datagrams);
  }
  if (other.messages) message_stats().merge(*other.messages);
  for (const auto& [aspect, values] : other.negotiated) {
    for (const auto& [value, count] : values) negotiated[aspect][value] += count;
  }
}

}  // namespace handfast::stats
