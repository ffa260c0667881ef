// The measured half of result.json: fleets, workers and their histograms.
#include <algorithm>
#include <cmath>

#include "reports/detail/json_model.hpp"

namespace handfast::reports::detail {

namespace {

Json warm_up_json(const stats::WarmUp& warm_up) {
  return {{"planned", warm_up.planned},         {"started", warm_up.started},
          {"succeeded", warm_up.succeeded},     {"failed", warm_up.failed},
          {"interrupted", warm_up.interrupted}, {"length_s", finite(warm_up.length_s)}};
}

Json fleet_json(const stats::FleetStats& fleet) {
  Json latency = Json::object();
  for (const auto& [phase, histograms] : fleet.latency) {
    latency[std::string(to_string(phase))] = {{"response", to_json(histograms.response)},
                                              {"service", to_json(histograms.service)}};
  }
  Json failures = Json::array();
  for (const auto& [key, count] : fleet.failures) {
    Json one{{"phase", key.phase}, {"cause", key.cause}, {"count", count}};
    if (const auto some = fleet.samples.find(key); some != fleet.samples.end()) {
      one["samples"] = samples_json(some->second);
    }
    failures.push_back(std::move(one));
  }
  Json negotiated = Json::object();
  for (const auto& [aspect, values] : fleet.negotiated) negotiated[aspect] = Json(values);
  Json out{{"name", fleet.name},
           {"listener", fleet.listener},
           {"planned", fleet.planned},
           {"started", fleet.started},
           {"load_s", finite(fleet.load_s)},
           {"started_in_time", fleet.started_in_time},
           {"ready_in_time", fleet.ready_in_time},
           {"warm_up", warm_up_json(fleet.warm_up)},
           {"dropped", fleet.dropped},
           {"capped", fleet.capped},
           {"succeeded", fleet.succeeded},
           {"failed", fleet.failed},
           {"interrupted", fleet.interrupted},
           {"tls_handshakes", fleet.tls_handshakes},
           {"resumed", fleet.resumed},
           {"seeding", fleet.seeding},
           {"resumption_asked", fleet.resumption_asked},
           {"early_data_sent", fleet.early_data_sent},
           {"early_data_accepted", fleet.early_data_accepted},
           {"distinct_certificates", fleet.distinct_certificates},
           {"sent_bytes", fleet.bytes_sent},
           {"received_bytes", fleet.bytes_received},
           {"latency", std::move(latency)},
           {"failures", std::move(failures)},
           {"negotiated", std::move(negotiated)}};
  if (fleet.lifecycle != stats::Lifecycle{}) out["lifecycle"] = to_json(fleet.lifecycle);
  if (fleet.datagrams) out["datagrams"] = to_json(*fleet.datagrams);
  if (fleet.messages) out["messages"] = to_json(*fleet.messages);
  return out;
}

Json worker_json(const stats::WorkerStats& worker) {
  return {{"cpu_seconds", finite(worker.cpu_seconds)},
          {"wall_seconds", finite(worker.wall_seconds)},
          {"late_starts", worker.late_starts},
          {"lag", to_json(worker.lag)}};
}

}  // namespace

double finite(double value) { return std::isfinite(value) ? value : 0; }

Json samples_json(const std::vector<stats::FailureSample>& samples) {
  Json out = Json::array();
  for (const auto& sample : samples) {
    Json messages = Json::array();
    for (const auto& message : sample.messages) {
      messages.push_back({{"sent", message.sent},
                          {"name", message.name},
                          {"size_bytes", message.size_bytes},
                          {"after_s", seconds(message.after)}});
    }
    out.push_back({{"at_s", finite(sample.at_s)},
                   {"took_s", seconds(sample.took)},
                   {"client_id", sample.client_id},
                   {"detail", sample.detail},
                   {"messages", std::move(messages)}});
  }
  return out;
}

Json to_json(const stats::Histogram& histogram) {
  // A bucket's upper bound may lie above the exact maximum; a percentile above the maximum would
  // only confuse.
  const auto quantile = [&histogram](double share) {
    return seconds(std::min(histogram.quantile(share), histogram.max()));
  };
  return {{"count", histogram.count()},
          {"out_of_range", histogram.out_of_range()},
          {"min_s", seconds(histogram.min())},
          {"p50_s", quantile(0.5)},
          {"p90_s", quantile(0.9)},
          {"p99_s", quantile(0.99)},
          {"p99_9_s", quantile(0.999)},
          {"max_s", seconds(histogram.max())},
          {"mean_s", seconds(histogram.mean())},
          {"hdr", histogram.encode()}};
}

void leave_out_derived(Json& result) {
  for (auto& fleet : result["load"]["fleets"]) {
    for (auto& latency : fleet["latency"]) {
      for (auto& histogram : latency) {
        for (const char* name : {"p50_s", "p90_s", "p99_s", "p99_9_s", "mean_s"}) {
          histogram.erase(name);
        }
      }
    }
  }
}

Json to_json(const stats::Snapshot& load) {
  Json fleets = Json::array();
  for (const auto& fleet : load.fleets) fleets.push_back(fleet_json(fleet));
  Json workers = Json::array();
  for (const auto& worker : load.workers) workers.push_back(worker_json(worker));
  return {{"elapsed_s", finite(load.elapsed_s)},
          {"fleets", std::move(fleets)},
          {"workers", std::move(workers)},
          {"series", series_json(load.ticks)}};
}

}  // namespace handfast::reports::detail
