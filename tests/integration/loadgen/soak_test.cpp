// Connections that say nothing for longer than a proxy or a NAT box is patient; only in
// check-slow.sh.
#include "tests/integration/loadgen/lab.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace std::chrono_literals;

TEST_CASE("WebSockets that are idle for two minutes still answer (S2-30)", "[loadgen]") {
  const Mosquitto broker;
  std::vector<loadgen::FleetSpec> fleets;
  for (const std::string listener : {"ws", "wss"}) {
    auto fleet = fleet_for(broker, listener);
    fleet.behaviour = loadgen::Behaviour::hold;
    fleet.keep_alive = 60s;  // the only traffic: PINGREQ after 54 s of silence
    fleet.stages = {{100, 100, 200ms}, {0, 0, 125s}};
    fleets.push_back(fleet);
  }
  const auto snapshot = loadgen::run(fleets, {});
  REQUIRE(snapshot);
  for (const auto& fleet : snapshot->fleets) {
    INFO(fleet.name << ": " << failures_of(fleet));
    CHECK(fleet.succeeded == 20);
    CHECK(fleet.latency.at(stats::Phase::upgrade).service.count() == 20);
  }
}
