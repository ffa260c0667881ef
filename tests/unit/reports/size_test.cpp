// What ten minutes of a thousand fleets weigh.
#include "core/base/random.hpp"
#include "reports/html.hpp"
#include "reports/json.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;

namespace {

constexpr int run_s = 600;
constexpr std::uint64_t per_fleet = 60;  // connections: 100 a second of the whole load

Nanos latency(Random& random, double typical_us) {
  return Nanos(static_cast<std::int64_t>(typical_us * 1'000 * (0.7 + 2 * random.unit())));
}

stats::FleetStats one_fleet(Random& random, std::size_t index) {
  stats::FleetStats fleet;
  fleet.name = "cohort-" + std::to_string(index);
  fleet.listener = "tls-two-way";
  fleet.load_s = run_s;
  fleet.planned = fleet.started = fleet.succeeded = fleet.tls_handshakes = per_fleet;
  for (const auto& [phase, typical_us] :
       {std::pair{stats::Phase::tcp, 90.0}, std::pair{stats::Phase::tls, 3'200.0},
        std::pair{stats::Phase::connack, 700.0}, std::pair{stats::Phase::ready, 4'400.0}}) {
    auto& both = fleet.latency[phase];
    for (std::uint64_t i = 0; i < per_fleet; ++i) {
      both.service.record(latency(random, typical_us));
      both.response.record(latency(random, typical_us * 1.2));
    }
  }
  fleet.negotiated["version"]["TLS 1.3"] = per_fleet;
  fleet.negotiated["cipher_suite"]["TLS_AES_256_GCM_SHA384"] = per_fleet;
  fleet.negotiated["group"]["x25519"] = per_fleet;
  return fleet;
}

stats::Tick::Fleet one_second(Random& random, std::string name) {
  stats::Tick::Fleet out;
  out.name = std::move(name);
  out.planned = out.started = out.ready = out.succeeded = 100;
  out.in_flight = 5'000 + random.below(100);
  out.connected = out.in_flight - 3;
  out.bytes_sent = random.below(500'000);
  out.bytes_received = random.below(500'000);
  for (const auto phase :
       {stats::Phase::tcp, stats::Phase::tls, stats::Phase::connack, stats::Phase::ready}) {
    stats::Histogram histogram;
    for (int i = 0; i < 20; ++i) histogram.record(latency(random, 3'000));
    out.latency[phase] = stats::percentiles_of(histogram);
  }
  return out;
}

reports::Result long_and_wide(std::size_t fleets) {
  Random random(1);
  reports::Result result;
  result.load.elapsed_s = run_s;
  for (std::size_t i = 0; i < fleets; ++i) {
    result.load.fleets.push_back(one_fleet(random, i));
    result.fleets.push_back({.name = result.load.fleets.back().name,
                             .listener = "tls-two-way",
                             .url = "tls://127.0.0.1:18884",
                             .behaviour = "hold",
                             .load = "open loop: 1/s for 10m",
                             .clients = 100,
                             .tls_engine = "libssl 3.0.22"});
  }
  for (int second = 1; second <= run_s; ++second) {
    stats::Tick tick;
    tick.at_s = second + 0.001 * static_cast<double>(random.below(9));
    tick.all = one_second(random, "");
    for (std::size_t i = 0; fleets <= stats::most_fleets && i < fleets; ++i) {
      tick.fleets.push_back(one_second(random, result.load.fleets[i].name));
    }
    stats::append(result.load.ticks, std::move(tick));
  }
  return result;
}

}  // namespace

TEST_CASE("Ten minutes of a thousand fleets stay below 5 MB, as JSON and as a page", "[reports]") {
  for (const std::size_t fleets : {stats::most_fleets, std::size_t{1'000}}) {
    INFO(fleets << " fleets");
    const auto result = long_and_wide(fleets);
    REQUIRE(result.load.ticks.size() == run_s);
    const auto json = reports::to_json_text(result);
    CHECK(json.size() < 5'000'000);
    CHECK(reports::html_report(result).size() < 5'000'000);
    const auto back = reports::parse_json(json, "result.json");
    REQUIRE(back);
    CHECK(back->load == result.load);
  }
}
