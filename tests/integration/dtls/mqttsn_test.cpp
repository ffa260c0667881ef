// What the lab gateway is there for: MQTT-SN over DTLS end to end with mosquitto behind it, faults
// on demand, and a server that bears losses.
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loadgen/run.hpp"
#include "tests/integration/dtls/peers.hpp"
#include "tests/integration/dtls/plain_mosquitto.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/gateway_client.hpp"
#include "tests/support/lab_gateway.hpp"
#include "tests/support/mint.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace std::chrono_literals;
using loadgen::Behaviour;

namespace {

DtlsServerOptions two_way() {
  return {.identity = test_pki().server_identity(), .client_trust = test_pki().trust()};
}

loadgen::FleetSpec sensors(const LabGateway& gateway) {
  auto fleet = dtls_fleet(gateway.endpoint());
  fleet.datagrams.application = loadgen::Application::mqtt_sn;
  fleet.client_id = "sensor-{i}";
  return fleet;
}

}  // namespace

TEST_CASE("MQTT-SN clients connect through the lab gateway and say DISCONNECT", "[dtls][mqttsn]") {
  const PlainMosquitto mosquitto;
  const LabGateway gateway(two_way(), mosquitto.endpoint());
  auto asked = sensors(gateway);
  asked.behaviour = Behaviour::connect_and_drop;
  asked.connect.will = loadgen::WillSpec{.topic = "wills/{i}", .payload = "gone", .qos = 1};
  const auto fleet = run_fleet(asked);
  INFO(failures_text(fleet));
  CHECK(fleet.succeeded == 50);
  CHECK(fleet.latency.at(stats::Phase::connack).service.count() == 50);
  CHECK(fleet.distinct_certificates == 50);
  CHECK(gateway.counts().sessions == 50);
  CHECK(gateway.counts().malformed == 0);
}

TEST_CASE("Every MQTT-SN message is accounted for, from client to mosquitto and back",
          "[dtls][mqttsn]") {
  const auto qos = GENERATE(std::uint8_t{0}, std::uint8_t{1}, std::uint8_t{2});
  const PlainMosquitto mosquitto;
  const LabGateway gateway(two_way(), mosquitto.endpoint());
  auto asked = sensors(gateway);
  asked.behaviour = Behaviour::echo;
  asked.messages = loadgen::MessageSpec{.topic = "echo/{i}", .qos = qos};
  asked.messages->pace = {.rate = 10, .count = 10, .duration = 20s, .window = 1};
  asked.messages->subscriptions = {{.filter = "echo/{i}", .qos = qos}};
  const auto fleet = run_fleet(asked);
  INFO("QoS " << int{qos} << ": " << failures_text(fleet));
  CHECK(fleet.succeeded == 50);
  REQUIRE(fleet.messages);
  CHECK(fleet.messages->sent == 500);
  CHECK(fleet.messages->acked == (qos > 0 ? 500 : 0));
  CHECK(fleet.messages->delivered == 500);
  CHECK(fleet.messages->lost == 0);
  CHECK(fleet.messages->duplicated == 0);
  CHECK(gateway.counts().malformed == 0);
}

TEST_CASE("500 MQTT-SN clients hold their connections, and none of their messages is lost",
          "[dtls][mqttsn]") {
  // This process has both ends of the datagrams, and the gateway's connections to the broker.
  rlimit files{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &files) == 0);
  files.rlim_cur = files.rlim_max;
  REQUIRE(setrlimit(RLIMIT_NOFILE, &files) == 0);
  const PlainMosquitto mosquitto;
  const LabGateway gateway(two_way(), mosquitto.endpoint());
  auto asked = sensors(gateway);
  asked.clients = 500;
  asked.stages = {{100, 100, 5s}};
  asked.deadline = 30s;
  asked.behaviour = Behaviour::echo;
  asked.messages = loadgen::MessageSpec{.topic = "echo/{i}", .qos = 1};
  asked.messages->pace = {.rate = 2, .count = 4, .duration = 60s, .window = 1};
  asked.messages->subscriptions = {{.filter = "echo/{i}", .qos = 1}};
  const auto fleet = run_fleet(asked);
  INFO(failures_text(fleet));
  CHECK(fleet.succeeded == 500);
  CHECK(gateway.counts().sessions == 500);
  REQUIRE(fleet.messages);
  CHECK(fleet.messages->sent == 2000);
  CHECK(fleet.messages->acked == 2000);
  CHECK(fleet.messages->delivered == 2000);
  CHECK(fleet.messages->lost == 0);
  CHECK(fleet.messages->duplicated == 0);
  CHECK(gateway.counts().malformed == 0);
}

TEST_CASE("QoS -1 messages of clients that never connect reach a subscriber", "[dtls][mqttsn]") {
  const bool predefined = GENERATE(false, true);
  const PlainMosquitto mosquitto;
  const LabGateway gateway(two_way(), mosquitto.endpoint());
  const std::string topic = predefined ? predefined_topic : "ab";
  auto hears = sensors(gateway);
  hears.name = "dashboard";
  hears.client_id = "dashboard";
  hears.clients = 1;
  hears.stages = {{10, 10, 100ms}};
  hears.behaviour = Behaviour::subscribe;
  hears.messages = loadgen::MessageSpec{};
  hears.messages->subscriptions = {{.filter = topic, .qos = 0}};
  auto says = sensors(gateway);
  says.behaviour = Behaviour::publish;
  says.datagrams.connectionless = true;
  if (predefined) says.datagrams.topic_id = predefined_id;
  says.messages = loadgen::MessageSpec{.topic = topic, .qos = 0};
  says.messages->pace = {.rate = 5, .count = 4, .duration = 10s, .window = 1};
  const auto snapshot = loadgen::run({hears, says}, {});
  REQUIRE(snapshot);
  const auto& heard = snapshot->fleets.at(0);
  const auto& said = snapshot->fleets.at(1);
  INFO(failures_text(heard) << failures_text(said));
  REQUIRE((heard.messages && said.messages));
  CHECK(said.succeeded == 50);
  CHECK(said.messages->sent == 200);
  CHECK(said.messages->acked == 0);
  CHECK(heard.messages->delivered == 200);
  CHECK(heard.messages->lost == 0);
}

TEST_CASE("What comes for sleeping clients is kept until they wake", "[dtls][mqttsn]") {
  const PlainMosquitto mosquitto;
  const LabGateway gateway(two_way(), mosquitto.endpoint());
  auto sleepers = sensors(gateway);
  sleepers.name = "sleepers";
  sleepers.client_id = "sleeper-{i}";
  sleepers.clients = 10;
  sleepers.stages = {{50, 50, 200ms}};
  sleepers.behaviour = Behaviour::subscribe;
  sleepers.datagrams.sleep = loadgen::Sleep{.wake = 700ms, .duration = 10s};
  sleepers.messages = loadgen::MessageSpec{};
  sleepers.messages->subscriptions = {{.filter = "news", .qos = 1}};
  auto says = sensors(gateway);
  says.clients = 5;
  says.stages = {{50, 50, 100ms}};
  says.behaviour = Behaviour::publish;
  says.messages = loadgen::MessageSpec{.topic = "news", .qos = 1};
  says.messages->pace = {.rate = 5, .count = 6, .duration = 10s, .window = 1};
  const auto snapshot = loadgen::run({sleepers, says}, {});
  REQUIRE(snapshot);
  const auto& heard = snapshot->fleets.at(0);
  INFO(failures_text(heard) << failures_text(snapshot->fleets.at(1)));
  REQUIRE(heard.messages);
  CHECK(heard.failed == 0);
  CHECK(snapshot->fleets.at(1).messages->acked == 30);
  CHECK(heard.messages->delivered == 10 * 30);
  CHECK(heard.messages->lost == 0);
  CHECK(heard.messages->duplicated == 0);
  // Who is awake hears of it within milliseconds.
  CHECK(heard.latency.at(stats::Phase::delivery).service.max() > 100ms);
  CHECK(gateway.counts().malformed == 0);
}

TEST_CASE("A gateway that goes silent after the cookie is named so", "[dtls][mqttsn]") {
  const PlainMosquitto mosquitto;
  const LabGateway gateway(two_way(), mosquitto.endpoint(), {.silent_after_cookie = true});
  auto asked = sensors(gateway);
  asked.behaviour = Behaviour::connect_and_drop;
  asked.stages = {{10, 10, 300ms}};
  asked.deadline = 1500ms;
  CHECK(failures_text(run_fleet(asked)) == "tls/dtls:silent_after_cookie x3");
}

TEST_CASE("Too few acceptors show as retransmissions before any cookie", "[dtls][mqttsn]") {
  const PlainMosquitto mosquitto;
  const LabGateway gateway(two_way(), mosquitto.endpoint(), {.acceptors = 1});
  auto asked = sensors(gateway);
  asked.behaviour = Behaviour::connect_and_drop;
  asked.stages = {{1000, 1000, 50ms}, {0, 0, 5s}};  // a herd
  asked.tls.datagrams.first_timeout = 200ms;
  const auto fleet = run_fleet(asked);
  INFO(failures_text(fleet));
  REQUIRE(fleet.datagrams);
  CHECK(fleet.datagrams->retransmitted > 0);
  // Who was passed over has its cookie after a timeout at the earliest.
  CHECK(fleet.latency.at(stats::Phase::cookie).service.max() >= 190ms);
  CHECK(fleet.datagrams->kernel_drops == 0);
}

TEST_CASE("An MQTT-SN answer that was lost is asked for again", "[dtls][mqttsn]") {
  const PlainMosquitto mosquitto;
  // HelloVerifyRequest, certificates, Finished: the fourth is CONNACK.
  const LabGateway gateway(two_way(), mosquitto.endpoint(), {.drop = {4}});
  auto asked = sensors(gateway);
  asked.behaviour = Behaviour::connect_and_drop;
  asked.stages = {{10, 10, 300ms}};
  asked.datagrams.retry = {300ms, 3};
  const auto fleet = run_fleet(asked);
  INFO(failures_text(fleet));
  CHECK(fleet.succeeded == 3);
  CHECK(fleet.latency.at(stats::Phase::connack).service.min() >= 250ms);
}

TEST_CASE("With a twentieth of the datagrams lost every DTLS client still gets through", "[dtls]") {
  // GnuTLS gives some of them up; libssl tries twelve times, as we do. Nothing is said to a broker.
  const LabGateway gateway(two_way(), {.host = "127.0.0.1", .port = 1});
  auto asked = dtls_fleet(gateway.endpoint());
  asked.deadline = 30s;
  asked.tls.datagrams.first_timeout = 200ms;
  asked.datagrams.impairment = loadgen::PathImpairment{{.loss = 0.05}, {.loss = 0.05}};
  const auto fleet = run_fleet(asked);
  INFO(failures_text(fleet));
  CHECK(fleet.succeeded == 50);
  REQUIRE(fleet.datagrams);
  CHECK(fleet.datagrams->impaired > 0);
  CHECK(fleet.datagrams->retransmitted > 0);
  CHECK(fleet.datagrams->retransmitted < 50);
  CHECK(fleet.latency.at(stats::Phase::tls_retransmitted).service.count() ==
        fleet.datagrams->retransmitted);
}
