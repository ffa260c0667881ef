#include <benchmark/benchmark.h>

#include "core/mqtt/connect.hpp"
#include "core/mqtt/frame.hpp"
#include "core/mqtt/publish.hpp"

using namespace handfast;
using namespace handfast::mqtt;

namespace {

constexpr std::size_t payload_bytes = 64;

PublishView message(ByteView payload) {
  return {.qos = 1, .topic = "sensors/000042/temperature", .packet_id = 7, .payload = payload};
}

void encode_connect_packet(benchmark::State& state) {
  const Connect connect{.client_id = "handfast-sensors-000042"};
  Bytes out;
  for (auto _ : state) {
    out.clear();
    benchmark::DoNotOptimize(encode_connect(out, connect));
  }
}
BENCHMARK(encode_connect_packet);

void encode_publish_view(benchmark::State& state) {
  const Bytes payload(payload_bytes);
  const PublishView publish = message(payload);
  Bytes out;
  for (auto _ : state) {
    out.clear();
    benchmark::DoNotOptimize(encode_publish(out, Version::v5_0, publish));
  }
}
BENCHMARK(encode_publish_view);

/// 16 messages that arrived in one read, each taken apart without copying its payload.
void read_publishes(benchmark::State& state) {
  constexpr int together = 16;
  const Bytes payload(payload_bytes);
  Bytes wire;
  for (int i = 0; i < together; ++i) (void)encode_publish(wire, Version::v5_0, message(payload));
  PacketReader reader;
  for (auto _ : state) {
    reader.feed(wire);
    for (int i = 0; i < together; ++i) {
      const auto frame = reader.next();
      if (!frame.has_value() || !view_publish(*frame, Version::v5_0)) {
        return state.SkipWithError("a packet did not come back");
      }
    }
  }
  state.SetItemsProcessed(state.iterations() * together);
}
BENCHMARK(read_publishes);

}  // namespace
