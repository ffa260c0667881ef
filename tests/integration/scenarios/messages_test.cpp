// Messages: that they were sent, acknowledged by the right packet, and delivered.
#include "tests/integration/scenarios/form.hpp"

using namespace handfast;
using namespace handfast::test;

namespace {

const Form publish("publish", {"fleets.qos0.clients=20", "fleets.qos0.messages.for=1s",
                               "fleets.qos0.load.stages=[{rate: 40/s, for: 500ms}]",
                               "fleets.qos1.clients=20", "fleets.qos1.messages.for=1s",
                               "fleets.qos1.load.stages=[{rate: 40/s, for: 500ms}]",
                               "fleets.qos2.clients=20", "fleets.qos2.messages.for=1s",
                               "fleets.qos2.load.stages=[{rate: 40/s, for: 500ms}]"});
const Form fan_out("fan-out", {"fleets.meters.clients=20", "fleets.meters.messages.for=1s",
                               "fleets.meters.load.stages=[{rate: 40/s, for: 500ms}]"});

const stats::MessageStats& messages_of(const reports::Result& result, const std::string& name) {
  const auto& fleet = fleet_of(result, name);
  REQUIRE(fleet.messages);
  return *fleet.messages;
}

}  // namespace

TEST_CASE("publish: every message is acknowledged as its quality of service has it",
          "[scenarios]") {
  const auto result = publish.play();
  for (const auto* name : {"qos0", "qos1", "qos2"}) {
    INFO(name);
    CHECK(messages_of(result, name).sent == 100);  // 20 clients, 5/s
  }
  CHECK(messages_of(result, "qos0").acked == 0);
  CHECK(messages_of(result, "qos1").acked == 100);
  CHECK(messages_of(result, "qos2").acked == 100);
  CHECK(fleet_of(result, "qos1").latency.at(stats::Phase::puback).service.count() == 100);
  CHECK(fleet_of(result, "qos2").latency.at(stats::Phase::pubcomp).service.count() == 100);
}

TEST_CASE("fan-out: each of ten dashboards hears every message", "[scenarios]") {
  const auto result = fan_out.play();
  const auto sent = messages_of(result, "meters").sent;
  CHECK(sent == 40);  // 20 clients, 2/s
  CHECK(messages_of(result, "dashboards").delivered == 10 * sent);
}
