// Storms: what a handshake is, who resumes, and how much a broker takes.
#include "tests/integration/scenarios/form.hpp"

using namespace handfast;
using namespace handfast::test;

namespace {

const Form quickstart(
    "quickstart", {"fleets.devices.load.stages=[{rate: 40/s, for: 1s}]",
                   "fleets.browsers.load.stages=[{rate: 40/s, for: 1s}]",
                   "thresholds=[checks.failed == 0, devices.errors == 0, browsers.errors == 0]"});
const Form one_way("emqx-one-way", {"fleets.apps.load.stages=[{rate: 40/s, for: 1s}]",
                                    "fleets.browsers.load.stages=[{rate: 40/s, for: 1s}]"});
const Form two_way("emqx-two-way", {"fleets.devices.load.stages=[{rate: 40/s, for: 1s}]",
                                    "fleets.browsers.load.stages=[{rate: 40/s, for: 1s}]",
                                    "thresholds[2]=devices.distinct_certificates >= 38"});
const Form handshakes("handshake-storm",
                      {"fleets.full.load.stages=[{rate: 40/s, for: 1s}]",
                       "fleets.resumed.clients=4",
                       "fleets.resumed.load.stages=[{rate: 0/s, for: 1s}, {rate: 40/s, for: 2s}]",
                       "fleets.resumed.load.warm_up=2s", "fleets.mixed.clients=4",
                       "fleets.mixed.load.stages=[{rate: 0/s, for: 1s}, {rate: 40/s, for: 2s}]",
                       "fleets.mixed.load.warm_up=2s"});
const Form idle("idle-soak",
                {"fleets.idle.load.stages=[{rate: 40/s, for: 1s}, {rate: 0/s, for: 4s}]",
                 "fleets.idle.load.ramp_down=1s", "fleets.idle.mqtt.keep_alive=1s",
                 "thresholds[1]=idle.connections >= 40"});
const Form knee("find-the-knee", {"fleets.storm.load.from=10/s", "fleets.storm.load.to=40/s",
                                  "fleets.storm.load.step=1s", "fleets.storm.load.warm_up=200ms",
                                  "thresholds=[storm.errors == 0]"});

void check_guide(const reports::Result& result) {
  CHECK(result.checks.size() >= 5);
  for (const auto& check : result.checks) {
    INFO(check.id << ": " << check.reason);
    CHECK(check.verdict == reports::Verdict::pass);
  }
}

}  // namespace

TEST_CASE("quickstart: both transports, and every check of the guide", "[scenarios]") {
  const auto result = quickstart.play();
  check_guide(result);
  CHECK(fleet_of(result, "devices").distinct_certificates == 40);
  CHECK(fleet_of(result, "browsers").latency.contains(stats::Phase::upgrade));
}

TEST_CASE("emqx-one-way: clients verify the broker and show nothing", "[scenarios]") {
  const auto result = one_way.play();
  check_guide(result);
  for (const auto* name : {"apps", "browsers"}) {
    const auto& fleet = fleet_of(result, name);
    CHECK(fleet.succeeded == 40);
    CHECK(fleet.distinct_certificates == 0);
    CHECK(fleet.negotiated.at("chain_length").at("2") == 40);  // leaf and second CA
  }
}

TEST_CASE("emqx-two-way: a certificate each, and strangers learn why they are refused",
          "[scenarios]") {
  const auto result = two_way.play();
  check_guide(result);
  const auto& devices = fleet_of(result, "devices");
  CHECK(devices.distinct_certificates == 38);
  CHECK(devices.lifecycle.bad_chains.as_expected == 2);
  CHECK(devices.lifecycle.bad_chains.causes.at({"connack", "alert_received:unknown_ca(48)"}) == 2);
  CHECK(fleet_of(result, "browsers").distinct_certificates == 40);
}

TEST_CASE("handshake-storm: none, all and half of the handshakes resume", "[scenarios]") {
  const auto result = handshakes.play();
  const auto& full = fleet_of(result, "full");
  CHECK(full.tls_handshakes == 40);
  CHECK(full.resumption_asked == 0);
  const auto& resumed = fleet_of(result, "resumed");
  CHECK(resumed.resumed == resumed.resumption_asked);
  CHECK(resumed.resumed >= 36);  // of 40; a late one may find no session yet
  CHECK(resumed.latency.at(stats::Phase::tls_resumed).service.count() == resumed.resumed);
  const auto& mixed = fleet_of(result, "mixed");
  CHECK(mixed.resumed == mixed.resumption_asked);
  CHECK(mixed.resumed >= 16);
  CHECK(mixed.resumed <= 20);
}

TEST_CASE("idle-soak: connections outlive their keep-alive many times", "[scenarios]") {
  const auto result = idle.play();
  const auto& fleet = fleet_of(result, "idle");
  CHECK(fleet.succeeded == 40);
  CHECK(fleet.distinct_certificates == 40);
  // The broker ends whoever is silent for 1.5 s [MQTT-3.1.2-22]; these are there after 4.
  CHECK(fleet.failed == 0);
}

TEST_CASE("find-the-knee: climbs to the end of its range", "[scenarios]") {
  const auto result = knee.play();
  REQUIRE(result.searches.size() == 1);
  const auto& search = result.searches[0];
  INFO(search.conclusion);
  REQUIRE_FALSE(search.steps.empty());
  if (search.conclusion.find("the generator was the limit") != std::string::npos)
    return;  // starved
  CHECK(search.steps.size() == 3);
  REQUIRE(search.knee_per_s);
  CHECK(*search.knee_per_s == Approx(40));
}

TEST_CASE("find-the-knee: backs off from a promise that nobody can keep", "[scenarios]") {
  const auto file = std::string(HANDFAST_SCENARIOS) + "/find-the-knee.yaml";
  const Folder folder;
  Program program(
      handfast_words({"run", file, "--out", folder.out(), "--set", "fleets.storm.load.from=10/s",
                      "--set", "fleets.storm.load.to=40/s", "--set", "fleets.storm.load.step=1s",
                      "--set", "fleets.storm.load.warm_up=200ms", "--set",
                      "thresholds[1]=storm.ready.p99 < 1us"}),
      folder.path());
  const int exit = program.wait();
  CHECK((exit == 1 || exit == 5));
  CHECK_THAT(folder.result().searches.at(0).conclusion, Catch::Contains("not even 10/s held"));
}
