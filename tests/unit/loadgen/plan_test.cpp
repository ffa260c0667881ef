#include "loadgen/plan.hpp"

#include <functional>

#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::loadgen;
using namespace std::chrono_literals;

namespace {

FleetSpec good_fleet() {
  FleetSpec fleet;
  fleet.name = "sensors";
  fleet.endpoint = {.transport = Transport::tcp, .host = "127.0.0.1", .port = 1883};
  fleet.stages = {{10, 10, 1s}};
  return fleet;
}

std::string refusal(const std::function<void(FleetSpec&)>& bend) {
  FleetSpec fleet = good_fleet();
  bend(fleet);
  const auto plan = make_plan({fleet}, {});
  REQUIRE(!plan);
  CHECK(plan.error().kind == ProblemKind::usage);
  return plan.error().text();
}

}  // namespace

TEST_CASE("A shard that does not exist or has nothing to do is refused", "[loadgen]") {
  FleetSpec fleet = good_fleet();
  fleet.clients = 2;
  CHECK(make_plan({fleet}, {.shard = {1, 3}})->fleets[0].shard == Shard{1, 3});
  const auto refused = [&](Shard shard) {
    return make_plan({fleet}, {.shard = shard}).error().message;
  };
  CHECK(refused({3, 3}) == "there is no shard 3 of 3");
  CHECK(refused({0, 0}) == "there is no shard 0 of 0");
  CHECK(refused({2, 3}) ==
        "shard 2 of 3 has nothing to do: no fleet has so many clients, or places");
  fleet.clients = 10;
  std::uint64_t own = 0;
  for (unsigned index = 0; index < 3; ++index) {
    own += own_starts(make_plan({fleet}, {.shard = {index, 3}})->fleets[0]);
  }
  CHECK(own == 10);  // 1 s at 10/s
  FleetSpec closed = fleet;
  closed.clients = 9;
  closed.stages.clear();
  closed.closed = ClosedLoop{.in_flight = 2, .duration = 1s};
  fleet = closed;
  CHECK(refused({2, 3}).find("nothing to do") != std::string::npos);
}

TEST_CASE("A sound fleet becomes a plan with address, name and schedule", "[loadgen]") {
  FleetSpec fleet = good_fleet();
  fleet.endpoint.transport = Transport::wss;
  fleet.endpoint.path = "/broker";
  fleet.mqtt_level = 4;
  fleet.keep_alive = 30s;
  FleetSpec longer = good_fleet();
  longer.name = "longer";
  longer.stages.clear();
  longer.closed = ClosedLoop{.in_flight = 1, .duration = 3s};
  longer.server_name = "broker.example";
  const auto plan = make_plan({fleet, longer}, {.workers = 2, .drain = 4s});
  REQUIRE(plan);
  CHECK(plan->workers == 2);
  CHECK(plan->duration == 3s);
  CHECK(plan->drain == 4s);
  const FleetPlan& first = plan->fleets[0];
  CHECK(first.schedule.total() == 10);
  CHECK(first.server_name == "127.0.0.1");
  CHECK(first.addresses.size() == 1);
  CHECK_FALSE(first.resolve_time);
  CHECK(first.protocol.tls);
  CHECK(first.protocol.websocket);
  CHECK(first.protocol.version == mqtt::Version::v3_1_1);
  CHECK(first.protocol.keep_alive_s == 30);
  CHECK(first.protocol.authority == "127.0.0.1:1883");
  CHECK(first.protocol.path == "/broker");
  CHECK(plan->fleets[1].server_name == "broker.example");
}

TEST_CASE("A name is resolved once, and the time it took is kept", "[loadgen]") {
  FleetSpec fleet = good_fleet();
  fleet.endpoint.host = "localhost";
  const auto plan = make_plan({fleet}, {});
  REQUIRE(plan);
  CHECK_FALSE(plan->fleets[0].addresses.empty());
  CHECK(plan->fleets[0].resolve_time);
}

TEST_CASE("Settings that no connection could use are refused by name", "[loadgen]") {
  CHECK(refusal([](FleetSpec& f) { f.endpoint.transport = Transport::dtls; }) ==
        "fleet \"sensors\": no broker speaks plain MQTT over DTLS (use application none, coap or "
        "mqtt-sn)");
  CHECK(refusal([](FleetSpec& f) { f.endpoint.port = 0; }) ==
        "fleet \"sensors\": its endpoint has no port");
  CHECK(refusal([](FleetSpec& f) { f.clients = 0; }) == "fleet \"sensors\": it has no clients");
  CHECK(refusal([](FleetSpec& f) { f.max_in_flight = 0; }) ==
        "fleet \"sensors\": max_in_flight must be at least 1");
  CHECK(refusal([](FleetSpec& f) { f.deadline = 0s; }) ==
        "fleet \"sensors\": its deadline must be above zero");
  CHECK(refusal([](FleetSpec& f) { f.mqtt_level = 3; }) ==
        "fleet \"sensors\": MQTT level 3 is not known (4 is MQTT 3.1.1, 5 is MQTT 5.0)");
  CHECK(refusal([](FleetSpec& f) { f.keep_alive = 65536s; }) ==
        "fleet \"sensors\": keep alive must be 0 to 65535 seconds");
  CHECK(refusal([](FleetSpec& f) { f.stages.clear(); }) == "fleet \"sensors\": no load stages");
  CHECK(refusal([](FleetSpec& f) { f.stages = {{-1, 1, 1s}}; }) ==
        "fleet \"sensors\": stage 1 has a negative or infinite rate");
  CHECK(refusal([](FleetSpec& f) { f.stages.push_back({1, 1, 0s}); }) ==
        "fleet \"sensors\": stage 2 has no duration");
  CHECK(refusal([](FleetSpec& f) { f.stages = {{0, 0, 1s}}; }) ==
        "fleet \"sensors\": its stages start no connection (raise a rate or a duration)");
  const auto closed = [](ClosedLoop loop) {
    return refusal([loop](FleetSpec& f) {
      f.stages.clear();
      f.closed = loop;
    });
  };
  CHECK(closed({.in_flight = 0, .duration = 1s}) ==
        "fleet \"sensors\": a closed loop needs at least 1 in flight");
  CHECK(closed({.in_flight = 1, .duration = 0s}) ==
        "fleet \"sensors\": its closed loop has no duration");
  CHECK(closed({.in_flight = 2, .duration = 1s}) ==
        "fleet \"sensors\": 2 in flight, but only 1 clients (give each place a client of its own)");
  CHECK(refusal([](FleetSpec& f) { f.closed = ClosedLoop{.in_flight = 1, .duration = 1s}; }) ==
        "fleet \"sensors\": more than one load model");
  CHECK(refusal([](FleetSpec& f) { f.stages[0].wave = Wave{10.5, 1s}; }) ==
        "fleet \"sensors\": the wave of stage 1 takes its rate below zero");
  CHECK(refusal([](FleetSpec& f) { f.stages[0].wave = Wave{1, 0s}; }) ==
        "fleet \"sensors\": the wave of stage 1 has no period");
  CHECK(refusal([](FleetSpec& f) {
          f.stages = {{1e6, 1e6, 200s}};
          f.poisson = Poisson{};
        }) ==
        "fleet \"sensors\": more than 100000000 Poisson arrivals (lower the rate or the duration)");
  CHECK(refusal([](FleetSpec& f) { f.warm_up = 1s; }) ==
        "fleet \"sensors\": its warm-up leaves no load to measure");
  const auto periodic = [](Periodic load, Behaviour behaviour, Nanos ramp_down) {
    return refusal([=](FleetSpec& f) {
      f.stages.clear();
      f.periodic = load;
      f.behaviour = behaviour;
      f.ramp_down = ramp_down;
    });
  };
  CHECK(periodic({.every = 0s, .duration = 1s}, Behaviour::connect_and_drop, 0s) ==
        "fleet \"sensors\": its clients have no period");
  CHECK(periodic({.every = 1s}, Behaviour::connect_and_drop, 0s) ==
        "fleet \"sensors\": its periodic load has no duration");
  CHECK(periodic({.every = 1s, .duration = 1s}, Behaviour::hold, 0s) ==
        "fleet \"sensors\": a client that connects once a period cannot keep its connection");
  CHECK(periodic({.every = 1s, .duration = 1s}, Behaviour::connect_and_drop, 1s) ==
        "fleet \"sensors\": only stages can ramp down");
  CHECK(refusal([](FleetSpec& f) { f.client_id = std::string(70'000, 'x'); }) ==
        "fleet \"sensors\": client identifiers would exceed 65535 bytes (MQTT 5.0 1.5.4)");
  CHECK(refusal([](FleetSpec& f) {
          f.endpoint.transport = Transport::ws;
          f.endpoint.path = "mqtt";
        }).find("fleet \"sensors\"") == 0);
}

TEST_CASE("Runs without fleets or workers, and twins, are refused", "[loadgen]") {
  CHECK(make_plan({}, {}).error().text() == "a load needs at least one fleet");
  CHECK(make_plan({good_fleet()}, {.workers = 0}).error().text() ==
        "a load needs at least one worker");
  CHECK(make_plan({good_fleet(), good_fleet()}, {}).error().text() ==
        "two fleets are called \"sensors\"");
}

TEST_CASE("Client identifiers replace fleet, client and start, and nothing else", "[loadgen]") {
  CHECK(expand_client_id("handfast-{fleet}-{n}", "sensors", 7, 1234) == "handfast-sensors-1234");
  CHECK(expand_client_id("{i}/{n}/{i}", "f", 7, 8) == "7/8/7");
  CHECK(expand_client_id("{x}{", "f", 1, 2) == "{x}{");
  CHECK(expand_client_id("", "f", 1, 2).empty());
  CHECK(expand_client_id("{fleet}", "{i}", 1, 2) == "{i}");
}
