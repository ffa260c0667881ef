#include <algorithm>

#include "reports/detail/json_read.hpp"

namespace handfast::reports::detail {

namespace {

using stats::Histogram;

bool same_buckets(const Histogram& a, const Histogram& b) {
  return std::ranges::equal(a.buckets(), b.buckets(), [](const auto& x, const auto& y) {
    return x.upper == y.upper && x.count == y.count;
  });
}

/// The standard encoding carries bucket counts only; the exact minimum and maximum and the samples
/// out of range stand beside it, and recording at those values brings the original back.
Histogram restore(const Histogram& decoded, Nanos min, Nanos max, std::uint64_t out_of_range) {
  Histogram out;
  const auto buckets = decoded.buckets();
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    std::uint64_t left = buckets[i].count;
    const bool last = i + 1 == buckets.size();
    if (last) {
      const std::uint64_t beyond = std::min(out_of_range, left);
      out.record(Nanos::max(), beyond);
      left -= beyond;
    }
    if (i == 0 && left > 0) {
      const std::uint64_t lowest = last ? 1 : left;
      out.record(min, lowest);
      left -= lowest;
    }
    out.record(last ? max : buckets[i].upper, left);
  }
  return out;
}

Histogram read_histogram(const Cursor& at) {
  const auto hdr = at.at("hdr");
  const auto encoded = hdr.text();
  const auto count = at.at("count").count();
  const auto min = at.at("min_s").duration();
  const auto max = at.at("max_s").duration();
  const auto out_of_range = at.at("out_of_range").count();
  if (encoded.empty()) {
    hdr.complain("no histogram");
    return {};
  }
  auto decoded = Histogram::decode(encoded);
  if (!decoded) {
    hdr.complain(decoded.error().message);
    return {};
  }
  auto restored = restore(*decoded, min, max, out_of_range);
  if (decoded->count() != count || !same_buckets(*decoded, restored)) {
    at.complain("count, min_s and max_s do not fit hdr");
  }
  return restored;
}

void read_latency(const Cursor& at, stats::FleetStats& fleet) {
  for (const auto& [name, entry] : at.members()) {
    const auto phase = parse_phase(name);
    if (!phase) {
      entry.complain("unknown phase");
      continue;
    }
    fleet.latency[*phase] = {read_histogram(entry.at("response")),
                             read_histogram(entry.at("service"))};
  }
}

stats::WarmUp read_warm_up(const Cursor& at) {
  return {.planned = at.at("planned").count(),
          .started = at.at("started").count(),
          .succeeded = at.at("succeeded").count(),
          .failed = at.at("failed").count(),
          .interrupted = at.at("interrupted").count(),
          // Older results do not have it.
          .length_s = at.has("length_s") ? at.at("length_s").number() : 0};
}

stats::SampledMessage read_message(const Cursor& at) {
  return {.sent = at.at("sent").boolean(),
          .name = at.at("name").text(),
          .size_bytes = static_cast<std::uint32_t>(at.at("size_bytes").count()),
          .after = at.at("after_s").duration()};
}

std::vector<stats::FailureSample> read_samples(const Cursor& at) {
  std::vector<stats::FailureSample> samples;
  for (const auto& entry : at.items()) {
    auto& sample = samples.emplace_back();
    sample.at_s = entry.at("at_s").number();
    sample.took = entry.at("took_s").duration();
    sample.client_id = entry.at("client_id").text();
    sample.detail = entry.at("detail").text();
    for (const auto& message : entry.at("messages").items()) {
      sample.messages.push_back(read_message(message));
    }
  }
  return samples;
}

stats::FleetStats read_fleet(const Cursor& at) {
  stats::FleetStats fleet;
  fleet.name = at.at("name").text();
  fleet.listener = at.at("listener").text();
  fleet.planned = at.at("planned").count();
  fleet.started = at.at("started").count();
  fleet.load_s = at.at("load_s").number();
  fleet.started_in_time = at.at("started_in_time").count();
  fleet.ready_in_time = at.at("ready_in_time").count();
  fleet.warm_up = read_warm_up(at.at("warm_up"));
  fleet.dropped = at.at("dropped").count();
  fleet.capped = at.at("capped").count();
  fleet.succeeded = at.at("succeeded").count();
  fleet.failed = at.at("failed").count();
  fleet.interrupted = at.at("interrupted").count();
  fleet.tls_handshakes = at.at("tls_handshakes").count();
  fleet.resumed = at.at("resumed").count();
  fleet.seeding = at.at("seeding").count();
  fleet.resumption_asked = at.at("resumption_asked").count();
  fleet.early_data_sent = at.at("early_data_sent").count();
  fleet.early_data_accepted = at.at("early_data_accepted").count();
  fleet.distinct_certificates = at.at("distinct_certificates").count();
  fleet.bytes_sent = at.at("sent_bytes").count();
  fleet.bytes_received = at.at("received_bytes").count();
  read_latency(at.at("latency"), fleet);
  for (const auto& entry : at.at("failures").items()) {
    const stats::FailureKey key{entry.at("phase").text(), entry.at("cause").text()};
    fleet.failures[key] += entry.at("count").count();
    if (entry.has("samples")) fleet.samples[key] = read_samples(entry.at("samples"));
  }
  for (const auto& [aspect, values] : at.at("negotiated").members()) {
    auto& counts = fleet.negotiated[aspect];
    for (const auto& [value, count] : values.members()) counts[value] = count.count();
  }
  if (at.has("lifecycle")) fleet.lifecycle = read_lifecycle(at.at("lifecycle"));
  if (at.has("datagrams")) fleet.datagrams = read_datagrams(at.at("datagrams"));
  if (at.has("messages")) fleet.messages = read_messages(at.at("messages"));
  return fleet;
}

stats::WorkerStats read_worker(const Cursor& at) {
  return {at.at("cpu_seconds").number(), at.at("wall_seconds").number(),
          read_histogram(at.at("lag")), at.at("late_starts").count()};
}

}  // namespace

stats::Snapshot read_load(const Cursor& at) {
  stats::Snapshot load;
  load.elapsed_s = at.at("elapsed_s").number();
  for (const auto& entry : at.at("fleets").items()) load.fleets.push_back(read_fleet(entry));
  for (const auto& entry : at.at("workers").items()) load.workers.push_back(read_worker(entry));
  load.ticks = read_series(at.at("series"));
  return load;
}

}  // namespace handfast::reports::detail
