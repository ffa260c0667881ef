// Clients that come back: after a broker's death, and by their own will.
#include "tests/integration/loadgen/lab.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace std::chrono_literals;
using stats::Phase;

namespace {

std::uint64_t ended(const stats::FleetStats& fleet) {
  return fleet.succeeded + fleet.failed + fleet.interrupted;
}

}  // namespace

TEST_CASE("A reconnect storm: the broker dies, returns, and every client is back", "[loadgen]") {
  constexpr std::uint64_t clients = 50;
  Mosquitto broker;
  auto fleet = fleet_for(broker, "tls");
  fleet.clients = clients;
  fleet.client_id = "storm-{i}";
  fleet.behaviour = loadgen::Behaviour::hold;
  fleet.reconnect = loadgen::Reconnect{.back_off = {.initial = 50ms, .max = 500ms}};
  fleet.stages = {{100, 100, 500ms}, {0, 0, 6s}};
  loadgen::RunOptions options{.workers = 2};
  int tick = 0;
  options.on_tick = [&](const stats::Snapshot&) {
    ++tick;
    if (tick == 1) broker.kill();
    if (tick == 2) broker.start();
  };
  const auto stats = run_one(fleet, options).fleets.at(0);
  INFO(failures_of(stats));
  const auto& back = stats.lifecycle.reconnects;
  CHECK(back.lost == clients);
  CHECK(back.back == clients);
  CHECK(back.given_up == 0);
  CHECK(back.away == 0);
  // Each attempt that found nobody was one failure more, and every attempt has its one outcome.
  CHECK(stats.failures.at({"tcp", "errno:ECONNREFUSED"}) > 0);
  CHECK(back.attempts == stats.failed - back.lost + back.back);
  CHECK(stats.started == clients + back.attempts);
  CHECK(stats.planned == stats.started);
  CHECK(stats.succeeded == clients);
  CHECK(ended(stats) == stats.started);
  CHECK(stats.latency.at(Phase::outage).service.count() == clients);
  CHECK(stats.latency.at(Phase::back_off).service.count() == back.attempts);
  CHECK(stats.latency.at(Phase::back_off).service.max() <= 500ms);
}

TEST_CASE("Without on-drop reconnect a lost connection stays lost", "[loadgen]") {
  Mosquitto broker;
  auto fleet = fleet_for(broker, "tcp");
  fleet.behaviour = loadgen::Behaviour::hold;
  fleet.stages = {{100, 100, 100ms}, {0, 0, 2s}};
  loadgen::RunOptions options;
  options.on_tick = [&broker](const stats::Snapshot&) { broker.kill(); };
  const auto stats = run_one(fleet, options).fleets.at(0);
  CHECK(stats.started == 10);
  CHECK(stats.failed == 10);
  CHECK(stats.lifecycle == stats::Lifecycle{});
}

TEST_CASE("Clients that let go after a time come back again and again", "[loadgen]") {
  const Mosquitto broker;
  for (const std::string listener : {"tcp", "wss-two-way"}) {
    auto fleet = fleet_for(broker, listener);
    fleet.clients = 5;
    fleet.client_id = "comes-and-goes-{i}";
    fleet.behaviour = loadgen::Behaviour::reconnect;
    fleet.reconnect = loadgen::Reconnect{
        .back_off = {.initial = 20ms, .jitter = loadgen::Jitter::equal}, .hold_for = 100ms};
    fleet.stages = {{50, 50, 100ms}, {0, 0, 1500ms}};
    const auto stats = run_one(fleet).fleets.at(0);
    INFO(listener << ": " << failures_of(stats));
    const auto& back = stats.lifecycle.reconnects;
    CHECK(stats.failed == 0);
    CHECK(back.attempts >= 5);
    CHECK(back.back == back.attempts);
    CHECK(stats.started == 5 + back.attempts);
    CHECK(stats.succeeded == stats.started);
    CHECK(stats.latency.at(Phase::back_off).service.min() >= 10ms);
    CHECK(stats.latency.at(Phase::back_off).service.max() <= 20ms);
  }
}

TEST_CASE("Clients of a broker that never returns give up after their attempts", "[loadgen]") {
  loadgen::FleetSpec fleet;
  fleet.name = "hopeless";
  fleet.endpoint = {.transport = Transport::tcp, .host = "127.0.0.1", .port = closed_port()};
  fleet.behaviour = loadgen::Behaviour::hold;
  fleet.reconnect =
      loadgen::Reconnect{.back_off = {.initial = 5ms, .max = 10ms}, .max_attempts = 4};
  fleet.stages = {{100, 100, 100ms}, {0, 0, 1s}};
  const auto stats = run_one(fleet).fleets.at(0);
  CHECK(failures_of(stats) == "tcp/errno:ECONNREFUSED x40");
  CHECK(stats.started == 40);
  CHECK(stats.lifecycle.reconnects.attempts == 30);
  CHECK(stats.lifecycle.reconnects.given_up == 10);
  CHECK(stats.lifecycle.reconnects.lost == 0);
}
