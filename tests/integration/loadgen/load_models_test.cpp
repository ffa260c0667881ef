// Every load model on a real broker, from its schedule to its counts.
#include <sys/socket.h>

#include <algorithm>

#include "loadgen/pacer.hpp"
#include "tests/integration/loadgen/lab.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace std::chrono_literals;

TEST_CASE("A closed loop keeps its places filled, each with a client of its own", "[loadgen]") {
  const Mosquitto broker;
  auto fleet = fleet_for(broker, "tls-two-way");
  fleet.stages.clear();
  fleet.closed = loadgen::ClosedLoop{.in_flight = 3, .duration = 1s};
  fleet.clients = 10;
  const auto snapshot = run_one(fleet, {.workers = 2});
  const auto& stats = snapshot.fleets.at(0);
  INFO(failures_of(stats));
  // Each of the three places has started again, or it could not have used all clients.
  CHECK(stats.distinct_certificates == 10);
  CHECK(stats.succeeded == stats.started);
  CHECK(stats.planned == stats.started);
  CHECK(stats.dropped == 0);
  for (const auto& tick : snapshot.ticks) CHECK(tick.fleets.at(0).in_flight <= 3);
}

TEST_CASE("A closed loop that holds replaces what it loses", "[loadgen]") {
  // The peer hangs up on each connection, so a place is only ever filled by a new one.
  const Peer rude([](int fd) { ::shutdown(fd, SHUT_RDWR); });
  loadgen::FleetSpec fleet;
  fleet.name = "places";
  fleet.endpoint = {.transport = Transport::tcp, .host = "127.0.0.1", .port = rude.port()};
  fleet.behaviour = loadgen::Behaviour::hold;
  fleet.clients = 2;
  fleet.closed = loadgen::ClosedLoop{.in_flight = 2, .duration = 200ms};
  const auto stats = run_one(fleet).fleets.at(0);
  CHECK(stats.started > 2);
  CHECK(stats.failed + stats.interrupted == stats.started);
}

TEST_CASE("Periodic clients connect once a period each", "[loadgen]") {
  const Mosquitto broker;
  auto fleet = fleet_for(broker, "tls-two-way");
  fleet.stages.clear();
  fleet.clients = 10;
  fleet.periodic = loadgen::Periodic{
      .every = 200ms, .spread = loadgen::Spread::random, .duration = 1s, .seed = 4};
  const auto stats = run_one(fleet, {.workers = 2}).fleets.at(0);
  INFO(failures_of(stats));
  CHECK(stats.planned == 50);
  CHECK(stats.succeeded == 50);
  CHECK(stats.distinct_certificates == 10);
}

TEST_CASE("Poisson arrivals are all made, over both workers", "[loadgen]") {
  const Mosquitto broker;
  auto fleet = fleet_for(broker, "tcp");
  fleet.stages = {{100, 100, 1s}};
  fleet.poisson = loadgen::Poisson{.seed = 11};
  const auto stats = run_one(fleet, {.workers = 2}).fleets.at(0);
  INFO(failures_of(stats));
  CHECK(stats.planned == loadgen::Schedule(fleet.stages, *fleet.poisson).total());
  CHECK(stats.succeeded == stats.planned);
}

TEST_CASE("The warm-up is in the time series and in no other count", "[loadgen]") {
  const Mosquitto broker;
  auto fleet = fleet_for(broker, "tls");
  fleet.stages = {{100, 100, 1s}};
  fleet.warm_up = 400ms;
  const auto snapshot = run_one(fleet, {.workers = 2});
  const auto& stats = snapshot.fleets.at(0);
  INFO(failures_of(stats));
  CHECK(stats.warm_up.planned == 40);
  CHECK(stats.warm_up.started == 40);
  CHECK(stats.warm_up.succeeded == 40);
  CHECK(stats.planned == 60);
  CHECK(stats.succeeded == 60);
  CHECK(stats.tls_handshakes == 60);
  CHECK(stats.load_s == Approx(0.6));
  for (const auto& [phase, latency] : stats.latency) {
    INFO(to_string(phase));
    CHECK(latency.response.count() == 60);
  }
  std::uint64_t shown = 0;
  for (const auto& tick : snapshot.ticks) shown += tick.fleets.at(0).succeeded;
  CHECK(shown == 100);
}

TEST_CASE("What is held is closed over the ramp-down, not at once", "[loadgen]") {
  const Mosquitto broker;
  auto fleet = fleet_for(broker, "tls");
  fleet.behaviour = loadgen::Behaviour::hold;
  fleet.stages = {{200, 200, 200ms}, {0, 0, 800ms}};
  fleet.ramp_down = 3s;
  const auto snapshot = run_one(fleet, {.workers = 2});
  const auto& stats = snapshot.fleets.at(0);
  INFO(failures_of(stats));
  CHECK(stats.succeeded == 40);
  CHECK(stats.load_s == 4);
  CHECK(std::ranges::any_of(snapshot.ticks, [](const stats::Tick& tick) {
    const auto left = tick.fleets.at(0).in_flight;
    return tick.at_s > 1.5 && left > 0 && left < 40;
  }));
}
