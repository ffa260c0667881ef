// Messages against a real broker: every one of them accounted for, over every transport.
#include "tests/integration/loadgen/lab.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace std::chrono_literals;
using stats::Phase;

namespace {

/// A fleet of `clients` connections that all start at once.
loadgen::FleetSpec members(const Mosquitto& broker, const std::string& listener,
                           const std::string& name, loadgen::Behaviour behaviour,
                           std::uint64_t clients) {
  auto fleet = fleet_for(broker, listener);
  fleet.name = name;
  fleet.clients = clients;
  fleet.client_id = name + "-{i}";
  fleet.behaviour = behaviour;
  fleet.stages = {{static_cast<double>(clients) * 10, static_cast<double>(clients) * 10, 100ms}};
  fleet.messages.emplace();
  return fleet;
}

const stats::MessageStats& messages_of(const stats::FleetStats& fleet) {
  INFO(fleet.name << ": " << failures_of(fleet));
  CHECK(fleet.failed == 0);
  CHECK(fleet.interrupted == 0);
  CHECK(fleet.succeeded == fleet.started);
  REQUIRE(fleet.messages);
  return *fleet.messages;
}

void check_all_sent(const stats::MessageStats& sent, std::uint64_t count, int qos) {
  CHECK(sent.planned == count);
  CHECK(sent.sent == count);
  CHECK(sent.unsent == 0);
  CHECK(sent.acked == (qos > 0 ? count : 0));
  CHECK(sent.refused == 0);
  CHECK(sent.unacked == 0);
}

void check_all_delivered(const stats::MessageStats& got, std::uint64_t count) {
  CHECK(got.delivered == count);
  CHECK(got.expected() == count);
  CHECK(got.lost == 0);
  CHECK(got.duplicated == 0);
  CHECK(got.out_of_order == 0);
  CHECK(got.foreign == 0);
  CHECK(got.truncated == 0);
  CHECK(got.partly_observed == 0);
}

void check_latency(const stats::FleetStats& fleet, Phase phase, std::uint64_t count) {
  INFO(fleet.name << ", " << to_string(phase));
  REQUIRE(fleet.latency.contains(phase));
  const auto& latency = fleet.latency.at(phase);
  CHECK(latency.service.count() == count);
  CHECK(latency.response.count() == count);
  CHECK(latency.response.max() >= latency.service.min());
  CHECK(latency.service.max() < 10s);
}

}  // namespace

TEST_CASE("Every published message is acknowledged and delivered, over every transport and QoS",
          "[loadgen]") {
  const Mosquitto broker;
  for (const std::string listener : {"tcp", "tls", "ws", "wss"}) {
    for (const int qos : {0, 1, 2}) {
      INFO(listener << ", QoS " << qos);
      // Four publishers with 100 messages each; three subscribers hear all of them.
      auto publish = members(broker, listener, "publishers", loadgen::Behaviour::publish, 4);
      publish.messages->topic = "t/{fleet}/{i}";
      publish.messages->qos = static_cast<std::uint8_t>(qos);
      publish.messages->pace = {.rate = 1000, .count = 100, .duration = 10s, .window = 20};
      auto subscribe = members(broker, listener, "subscribers", loadgen::Behaviour::subscribe, 3);
      subscribe.messages->subscriptions = {{"t/publishers/+", static_cast<std::uint8_t>(qos)}};
      const auto snapshot = loadgen::run({publish, subscribe}, {.workers = 2});
      REQUIRE(snapshot);
      const auto& from = snapshot->fleets.at(0);
      check_all_sent(messages_of(from), 400, qos);
      if (qos > 0) check_latency(from, qos == 1 ? Phase::puback : Phase::pubcomp, 400);
      const auto& to = snapshot->fleets.at(1);
      CHECK(messages_of(to).subscribed == 3);
      check_all_delivered(messages_of(to), 1200);
      check_latency(to, Phase::suback, 3);
      check_latency(to, Phase::delivery, 1200);
      CHECK(snapshot->elapsed_s < 8);  // nobody waited for the end of the ten seconds
    }
  }
}

TEST_CASE("Publishing as fast as possible keeps to the window and loses nothing", "[loadgen]") {
  const Mosquitto broker;
  for (const int qos : {0, 1, 2}) {
    INFO("QoS " << qos);
    auto publish = members(broker, "tls", "publishers", loadgen::Behaviour::publish, 2);
    publish.messages->topic = "fast/{i}";
    publish.messages->qos = static_cast<std::uint8_t>(qos);
    publish.messages->pace = {.count = 3000, .duration = 30s, .window = 50};
    const auto stats = run_one(publish).fleets.at(0);
    check_all_sent(messages_of(stats), 6000, qos);
    CHECK(messages_of(stats).held_back == 0);
    // Nobody subscribed, which mosquitto says in PUBACK and keeps to itself in PUBREC.
    const auto& reasons = messages_of(stats).reasons;
    CHECK(reasons.size() == (qos == 1 ? 1 : 0));
    if (qos == 1) CHECK(reasons.at("puback:no_matching_subscribers(16)") == 6000);
  }
}

TEST_CASE("Echo clients hear themselves, and nobody else", "[loadgen]") {
  const Mosquitto broker;
  for (const std::string listener : {"tcp", "wss"}) {
    INFO(listener);
    auto echo = members(broker, listener, "echo", loadgen::Behaviour::echo, 5);
    echo.mqtt_level = listener == "tcp" ? 4 : 5;
    echo.messages->qos = 1;
    echo.messages->pace = {.rate = 200, .count = 40, .duration = 10s};
    const auto stats = run_one(echo).fleets.at(0);
    check_all_sent(messages_of(stats), 200, 1);
    check_all_delivered(messages_of(stats), 200);
    check_latency(stats, Phase::delivery, 200);
  }
}

TEST_CASE("Requests come back as answers, through responders that share the work", "[loadgen]") {
  const Mosquitto broker;
  auto request = members(broker, "tls", "clients", loadgen::Behaviour::request, 4);
  request.messages->topic = "service";
  request.messages->qos = 1;
  request.messages->pace = {.rate = 200, .count = 50, .duration = 10s};
  auto respond = members(broker, "tcp", "services", loadgen::Behaviour::respond, 2);
  respond.messages->qos = 1;
  respond.messages->subscriptions = {{"$share/all/service", 1}};
  const auto snapshot = loadgen::run({request, respond}, {.workers = 2});
  REQUIRE(snapshot);
  const auto& clients = messages_of(snapshot->fleets.at(0));
  check_all_sent(clients, 200, 1);
  CHECK(clients.delivered == 200);  // in any order: one service may be slower than the other
  CHECK(clients.lost == 0);
  CHECK(clients.duplicated == 0);
  const auto& services = messages_of(snapshot->fleets.at(1));
  CHECK(services.delivered == 200);  // between them
  CHECK(services.lost == 0);
  CHECK(services.sent == 200);
  CHECK(services.acked == 200);
}

TEST_CASE("A message that another run left behind is foreign, and nobody's loss", "[loadgen]") {
  const Mosquitto broker;
  auto publish = members(broker, "tcp", "publishers", loadgen::Behaviour::publish, 1);
  publish.messages->topic = "kept";
  publish.messages->retain = true;
  publish.messages->pace = {.rate = 200, .count = 20, .duration = 10s};
  loadgen::run({publish}, {}).value();  // leaves a retained message of another run behind
  auto subscribe = members(broker, "tcp", "subscribers", loadgen::Behaviour::subscribe, 1);
  subscribe.messages->subscriptions = {{"kept", 0}};
  const auto snapshot = loadgen::run({publish, subscribe}, {});
  REQUIRE(snapshot);
  const auto& got = messages_of(snapshot->fleets.at(1));
  CHECK(got.foreign == 1);
  CHECK(got.delivered == 20);
  CHECK(got.lost == 0);
}
