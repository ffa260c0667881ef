// Every transport against a real broker: no failures, all phases measured, the facts recorded.
#include "tests/integration/loadgen/lab.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace std::chrono_literals;
using stats::Phase;

namespace {

void check_phase(const stats::FleetStats& fleet, Phase phase, std::uint64_t count) {
  INFO(fleet.name << ", phase " << to_string(phase));
  const auto found = fleet.latency.find(phase);
  CHECK((found != fleet.latency.end()) == (count > 0));  // no empty phases in reports
  if (found == fleet.latency.end()) return;
  CHECK(found->second.service.count() == count);
  CHECK(found->second.response.count() == count);
  // The response time of a phase runs from the intended start, so it cannot be below the service
  // time.
  CHECK(found->second.response.min() >= found->second.service.min());
  CHECK(found->second.service.max() < 10s);
}

void check_fifty(const stats::FleetStats& fleet, ListenerKind kind) {
  INFO(fleet.name << ": " << failures_of(fleet));
  CHECK(fleet.planned == 50);
  CHECK(fleet.started == 50);
  CHECK(fleet.succeeded == 50);
  CHECK(fleet.failed == 0);
  CHECK(fleet.dropped == 0);
  CHECK(fleet.interrupted == 0);
  CHECK(fleet.failures.empty());
  const bool tls = uses_tls(kind.transport);
  check_phase(fleet, Phase::dns, 0);
  check_phase(fleet, Phase::tcp, 50);
  check_phase(fleet, Phase::tls, tls ? 50 : 0);
  check_phase(fleet, Phase::upgrade, uses_websocket(kind.transport) ? 50 : 0);
  check_phase(fleet, Phase::connack, 50);
  check_phase(fleet, Phase::ready, 50);
  CHECK(fleet.bytes_sent > 50 * 20);
  CHECK(fleet.bytes_received >= 50 * 4);
  CHECK(fleet.tls_handshakes == (tls ? 50 : 0));
  CHECK(fleet.distinct_certificates == (kind.two_way ? Pki::clients : 0));
  if (!tls) return;
  CHECK(fleet.negotiated.at("version").at("TLS 1.3") == 50);
  CHECK(fleet.negotiated.at("cipher_suite").size() == 1);
  CHECK(fleet.negotiated.at("group").at("x25519") == 50);
  CHECK(fleet.negotiated.at("signature").at("ecdsa_secp256r1_sha256") == 50);
  // libssl servers add the issuer from the trust file that only two-way listeners have.
  CHECK(fleet.negotiated.at("chain_length").at(kind.two_way ? "2" : "1") == 50);
}

}  // namespace

TEST_CASE("Fifty connections over every listener reach CONNACK and drop, side by side (S0-09)",
          "[loadgen]") {
  const Mosquitto broker;
  std::vector<loadgen::FleetSpec> fleets;
  for (const std::string listener : {"tcp", "tls", "tls-two-way", "ws", "wss", "wss-two-way"}) {
    fleets.push_back(fleet_for(broker, listener));
  }
  for (const unsigned workers : {1U, 2U}) {
    INFO(workers << " workers");
    const auto snapshot = loadgen::run(fleets, {.workers = workers});
    REQUIRE(snapshot);
    REQUIRE(snapshot->fleets.size() == fleets.size());
    for (const auto& fleet : snapshot->fleets) {
      check_fifty(fleet, parse_listener(fleet.listener).value());
    }
    REQUIRE(snapshot->workers.size() == workers);
    for (const auto& worker : snapshot->workers) {
      CHECK(worker.cpu_seconds > 0);
      CHECK(worker.wall_seconds >= 0.5);
      CHECK(worker.lag.count() > 400);
    }
    CHECK_FALSE(snapshot->ticks.empty());
  }
}

TEST_CASE("MQTT 3.1.1 and TLS 1.2 work as well", "[loadgen]") {
  const Mosquitto broker;
  auto fleet = fleet_for(broker, "tls-two-way");
  fleet.mqtt_level = 4;
  fleet.tls.max_version = tls::Version::tls1_2;
  const auto stats = run_one(fleet).fleets.at(0);
  INFO(failures_of(stats));
  CHECK(stats.succeeded == 50);
  CHECK(stats.negotiated.at("version").at("TLS 1.2") == 50);
  CHECK(stats.distinct_certificates == Pki::clients);
}

TEST_CASE("A host name is resolved, and its time is the dns phase", "[loadgen]") {
  const Mosquitto broker;
  auto fleet = fleet_for(broker, "tls");
  fleet.endpoint.host =
      "localhost";  // may also be ::1, where nobody listens: the next address is tried
  const auto stats = run_one(fleet).fleets.at(0);
  INFO(failures_of(stats));
  CHECK(stats.succeeded == 50);
  CHECK(stats.latency.at(Phase::dns).service.count() == 1);
}

TEST_CASE("Held connections stay, answer keep alive, and leave at the end (S2-30)", "[loadgen]") {
  const Mosquitto broker;
  std::vector<loadgen::FleetSpec> fleets;
  for (const std::string listener : {"tcp", "tls", "wss"}) {
    auto fleet = fleet_for(broker, listener);
    fleet.behaviour = loadgen::Behaviour::hold;
    fleet.keep_alive = 1s;  // mosquitto closes after 1.5 s of silence
    fleet.stages = {{100, 100, 200ms}, {0, 0, 3s}};
    fleets.push_back(fleet);
  }
  std::uint64_t held = 0;
  loadgen::RunOptions options;
  options.on_tick = [&held](const stats::Snapshot& snapshot) {
    if (snapshot.ticks.size() == 2) held = snapshot.ticks.back().fleets.at(0).in_flight;
  };
  const auto snapshot = loadgen::run(fleets, options);
  REQUIRE(snapshot);
  CHECK(held == 20);
  CHECK(snapshot->elapsed_s >= 3.2);
  for (const auto& fleet : snapshot->fleets) {
    INFO(fleet.name << ": " << failures_of(fleet));
    CHECK(fleet.started == 20);
    CHECK(fleet.succeeded == 20);
    CHECK(fleet.latency.at(Phase::ready).service.count() == 20);
  }
}
