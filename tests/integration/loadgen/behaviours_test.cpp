// Sessions taken over, half-open clients, slow handshakes and bad chains, on mosquitto and on peers
// that do the opposite.
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "tests/integration/loadgen/lab.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace std::chrono_literals;

namespace {

loadgen::FleetSpec fleet_to(const Peer& peer, Transport transport) {
  loadgen::FleetSpec fleet;
  fleet.name = "odd";
  fleet.endpoint = {.transport = transport, .host = "127.0.0.1", .port = peer.port()};
  fleet.stages = {{100, 100, 100ms}};
  return fleet;
}

/// Takes whatever comes first for CONNECT and accepts it.
void accept_anybody(int fd) {
  std::array<char, 4096> buffer{};
  (void)!read(fd, buffer.data(), buffer.size());
  (void)!write(fd, "\x20\x03\x00\x00\x00", 5);
}

}  // namespace

TEST_CASE("A second connection with the same client identifier takes the session over",
          "[loadgen]") {
  const Mosquitto broker;
  for (const std::uint8_t level : {std::uint8_t{4}, std::uint8_t{5}}) {
    for (const std::string listener : {"tcp", "wss"}) {
      auto fleet = fleet_for(broker, listener);
      fleet.mqtt_level = level;
      fleet.behaviour = loadgen::Behaviour::takeover;
      fleet.takeover.after = 20ms;
      fleet.stages = {{50, 50, 400ms}, {0, 0, 1s}};
      const auto stats = run_one(fleet).fleets.at(0);
      INFO(listener << ", level " << int{level} << ": " << failures_of(stats));
      CHECK(stats.failed == 0);
      CHECK(stats.started == 40);
      CHECK(stats.succeeded == 40);
      const auto& pairs = stats.lifecycle.takeovers;
      CHECK(pairs.attempted == 20);
      CHECK(pairs.taken_over == 20);
      CHECK(pairs.stayed == 0);
      if (level == 4) CHECK(pairs.unannounced == 0);  // 3.1.1 has no DISCONNECT of the server
    }
  }
}

TEST_CASE("A first connection that outlives the second one's CONNACK is a failure", "[loadgen]") {
  const Peer indulgent(accept_anybody);
  auto fleet = fleet_to(indulgent, Transport::tcp);
  fleet.behaviour = loadgen::Behaviour::takeover;
  fleet.deadline = 300ms;
  fleet.stages = {{100, 100, 100ms}, {0, 0, 200ms}};
  const auto stats = run_one(fleet).fleets.at(0);
  CHECK(failures_of(stats) == "established/takeover:stayed x10");
  CHECK(stats.succeeded == 10);  // the second ones
  CHECK(stats.lifecycle.takeovers == stats::Takeovers{.attempted = 10, .stayed = 10});
}

TEST_CASE("Under MQTT 5.0 a take-over is announced by DISCONNECT 0x8E, or counts as unannounced",
          "[loadgen]") {
  std::string farewell;
  stats::Takeovers expected{.attempted = 1, .taken_over = 1};
  SECTION("announced") { farewell = "\xe0\x01\x8e"; }
  SECTION("closed without a word") { expected.unannounced = 1; }
  int first = -1;
  const Peer peer([&](int fd) {
    accept_anybody(fd);
    if (first < 0) {
      first = fd;
      return;
    }
    (void)!write(first, farewell.data(), farewell.size());
    shutdown(first, SHUT_RDWR);
  });
  auto fleet = fleet_to(peer, Transport::tcp);
  fleet.behaviour = loadgen::Behaviour::takeover;
  fleet.stages = {{10, 10, 100ms}, {0, 0, 300ms}};
  const auto stats = run_one(fleet).fleets.at(0);
  CHECK(failures_of(stats).empty());
  CHECK(stats.succeeded == 2);
  CHECK(stats.lifecycle.takeovers == expected);
}

TEST_CASE("A first connection that breaks off for another reason was not taken over", "[loadgen]") {
  int first = -1;
  const Peer peer([&](int fd) {
    accept_anybody(fd);
    if (first < 0) {
      first = fd;
      return;
    }
    (void)!write(first, "\xe0\x01\x89", 3);  // server busy
  });
  auto fleet = fleet_to(peer, Transport::tcp);
  fleet.behaviour = loadgen::Behaviour::takeover;
  fleet.stages = {{10, 10, 100ms}, {0, 0, 300ms}};
  const auto stats = run_one(fleet).fleets.at(0);
  CHECK(failures_of(stats) == "established/disconnect:server_busy(137) x1");
  CHECK(stats.succeeded == 1);
  CHECK(stats.lifecycle.takeovers == stats::Takeovers{.attempted = 1});
}

TEST_CASE("Half-open clients: the broker's close is timed and no failure", "[loadgen]") {
  SECTION("closed by the peer") {
    const Peer strict([](int fd) {
      std::this_thread::sleep_for(20ms);
      shutdown(fd, SHUT_RDWR);
    });
    auto fleet = fleet_to(strict, Transport::tcp);
    fleet.half_open = loadgen::HalfOpen{};
    fleet.stages = {{100, 100, 100ms}, {0, 0, 1s}};
    const auto stats = run_one(fleet).fleets.at(0);
    CHECK(failures_of(stats).empty());
    CHECK(stats.succeeded == 10);
    CHECK(stats.lifecycle.half_opens == stats::HalfOpens{.silent = 10, .closed = 10});
    const auto& silence = stats.latency.at(stats::Phase::silence).service;
    CHECK(silence.count() == 10);
    CHECK(silence.min() >= 1ms);
  }
  SECTION("held for as long as asked, at every point, by mosquitto") {
    const Mosquitto broker;
    for (const auto point :
         {loadgen::StopAt::tcp, loadgen::StopAt::client_hello, loadgen::StopAt::connect}) {
      auto fleet = fleet_for(broker, "tls");
      fleet.half_open = loadgen::HalfOpen{.share = 0.3, .stop_at = point, .silent_for = 100ms};
      fleet.max_in_flight = 2;  // silent clients do not fill it
      const auto stats = run_one(fleet).fleets.at(0);
      INFO(failures_of(stats));
      CHECK(stats.failed == 0);
      CHECK(stats.succeeded == 50);
      CHECK(stats.lifecycle.half_opens == stats::HalfOpens{.silent = 15, .held = 15});
      CHECK(stats.latency.at(stats::Phase::ready).service.count() == 35);
    }
  }
}

TEST_CASE("Slow handshakes get through in pieces", "[loadgen]") {
  const Mosquitto broker;
  for (const std::string listener : {"tcp", "tls-two-way", "wss"}) {
    auto fleet = fleet_for(broker, listener);
    fleet.slow_handshake = loadgen::SlowHandshake{.piece_bytes = 40, .every = 5ms};
    fleet.stages = {{100, 100, 100ms}};
    const auto stats = run_one(fleet).fleets.at(0);
    INFO(listener << ": " << failures_of(stats));
    CHECK(stats.failed == 0);
    CHECK(stats.succeeded == 10);
    if (listener == "tcp") continue;  // its CONNECT is a piece or two
    // A ClientHello alone has more than four pieces: four times 5 ms lie between them.
    CHECK(stats.latency.at(stats::Phase::tls).service.min() >= 20ms);
  }
}

TEST_CASE("A slow handshake that the deadline cuts ends there", "[loadgen]") {
  const Mosquitto broker;
  auto fleet = fleet_for(broker, "tls");
  fleet.slow_handshake = loadgen::SlowHandshake{.share = 0.5, .every = 20ms};
  fleet.deadline = 200ms;
  const auto stats = run_one(fleet).fleets.at(0);
  CHECK(failures_of(stats) == "tls/deadline x25");
  CHECK(stats.succeeded == 25);
}

TEST_CASE("Bad chains amid good ones are judged and counted apart", "[loadgen]") {
  const Mosquitto broker;
  auto fleet = fleet_for(broker, "tls-two-way");
  fleet.stages = {{200, 200, 500ms}};
  fleet.bad_chains =
      loadgen::BadChains{.share = 0.05, .identity = [](std::uint64_t) { return pki().stranger(); }};
  stats::BadChainCounts expected;
  SECTION("refused, as expected") { expected.as_expected = 5; }
  SECTION("refused with the alert that was expected") {
    fleet.bad_chains->expect.alerts = {48};
    expected.as_expected = 5;
  }
  SECTION("refused with another alert") {
    fleet.bad_chains->expect.alerts = {45};
    expected.refused_otherwise = 5;
  }
  SECTION("accepted by a listener that does not ask") {
    fleet.endpoint = broker.endpoint("tls");
    expected.wrongly_accepted = 5;
  }
  SECTION("accepted, as expected") {
    fleet.endpoint = broker.endpoint("tls");
    fleet.bad_chains->expect.refused = false;
    expected.as_expected = 5;
  }
  if (fleet.endpoint.port != broker.endpoint("tls").port) {
    expected.causes[{"connack", "alert_received:unknown_ca(48)"}] = 5;
  }
  const auto stats = run_one(fleet, {.workers = 2}).fleets.at(0);
  INFO(failures_of(stats));
  CHECK(stats.lifecycle.bad_chains == expected);
  CHECK(stats.failed == 0);
  CHECK(stats.started == 100);
  CHECK(stats.succeeded == 95);
  CHECK(stats.in_flight() == 0);
  CHECK(stats.tls_handshakes == 95);
  CHECK(stats.latency.at(stats::Phase::tls).service.count() == 95);
}

TEST_CASE("A bad chain whose broker is not there was not refused", "[loadgen]") {
  loadgen::FleetSpec fleet;
  fleet.name = "nobody-home";
  fleet.endpoint = {.transport = Transport::tls, .host = "127.0.0.1", .port = closed_port()};
  fleet.bad_chains =
      loadgen::BadChains{.share = 1, .identity = [](std::uint64_t) { return pki().stranger(); }};
  fleet.stages = {{100, 100, 100ms}};
  const auto stats = run_one(fleet).fleets.at(0);
  stats::BadChainCounts expected{.refused_otherwise = 10};
  expected.causes[{"tcp", "errno:ECONNREFUSED"}] = 10;
  CHECK(stats.lifecycle.bad_chains == expected);
  CHECK(stats.failed == 0);
}
