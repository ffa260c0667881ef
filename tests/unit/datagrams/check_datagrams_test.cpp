#include "loadgen/check_datagrams.hpp"
#include "loadgen/plan.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::loadgen;
using namespace std::chrono_literals;

namespace {

FleetSpec sensors() {
  FleetSpec fleet{.name = "sensors",
                  .endpoint = {.transport = Transport::dtls, .port = 5684},
                  .mqtt_level = 4,
                  .behaviour = Behaviour::hold,
                  .stages = {{10, 10, 1s}}};
  fleet.datagrams.application = Application::none;
  return fleet;
}

template <class Change>
std::string refusal(Change change) {
  FleetSpec fleet = sensors();
  change(fleet);
  const auto plan = make_plan({fleet}, {});
  return plan ? "no error" : plan.error().text();
}

}  // namespace

TEST_CASE("a fleet over DTLS 1.2 is planned with its version and without keep alive",
          "[loadgen][dtls]") {
  const auto plan = make_plan({sensors()}, {});
  REQUIRE(plan);
  const FleetPlan& fleet = plan->fleets.front();
  CHECK(fleet.spec.tls.min_version == tls::Version::dtls1_2);
  CHECK(fleet.spec.tls.max_version == tls::Version::dtls1_2);
  CHECK(fleet.protocol.datagrams);
  CHECK_FALSE(fleet.protocol.mqtt);
  CHECK(fleet.protocol.keep_alive_s == 0);
  CHECK(fleet.protocol.dialogues == nullptr);
}

TEST_CASE("an application brings its dialogue and the keep alive of the fleet", "[loadgen][dtls]") {
  for (const auto application : {Application::coap, Application::mqtt_sn}) {
    FleetSpec fleet = sensors();
    fleet.datagrams.application = application;
    const auto plan = make_plan({fleet}, {});
    REQUIRE(plan);
    CHECK(plan->fleets.front().protocol.mqtt);
    CHECK(plan->fleets.front().protocol.keep_alive_s == 60);
    CHECK(plan->fleets.front().protocol.dialogues != nullptr);
  }
}

TEST_CASE("what datagrams have no place for is refused by the plan", "[loadgen][dtls]") {
  CHECK(refusal([](FleetSpec&) {}) == "no error");
  CHECK(refusal([](FleetSpec& f) { f.endpoint.transport = Transport::tls; }) ==
        "fleet \"sensors\": only fleets over DTLS have another application than MQTT");
  CHECK(refusal([](FleetSpec& f) { f.engine = tls::EngineKind::native; }) ==
        "fleet \"sensors\": only libssl speaks DTLS (use engine libssl)");
  CHECK(refusal([](FleetSpec& f) { f.proxy_protocol = proxy::Version::v1; }) ==
        "fleet \"sensors\": a PROXY header has no place in front of datagrams");
  CHECK(refusal([](FleetSpec& f) { f.close = CloseStyle::rst; }) ==
        "fleet \"sensors\": a DTLS connection cannot be reset (close with close_notify or fin)");
  CHECK(refusal([](FleetSpec& f) { f.behaviour = Behaviour::takeover; }) ==
        "fleet \"sensors\": without an application there is nothing to exchange (use application "
        "coap or mqtt-sn, or behaviour handshake or hold)");
  CHECK(refusal([](FleetSpec& f) { f.datagrams.impairment = PathImpairment{{.loss = 2}, {}}; }) ==
        "fleet \"sensors\": shares of an impairment go from 0 to 1");
  CHECK(refusal([](FleetSpec& f) { f.datagrams.retry.after = 0s; }) ==
        "fleet \"sensors\": a retry needs time to wait");
  CHECK(refusal([](FleetSpec& f) { f.connect.user = "u"; }) ==
        "fleet \"sensors\": no application over DTLS sends a user name or password (the "
        "certificate, the key or the client identifier says who it is)");
  CHECK(refusal([](FleetSpec& f) {
          f.datagrams.application = Application::coap;
          f.connect.will = WillSpec{.topic = "w"};
        }) == "fleet \"sensors\": CoAP has no will");
  CHECK(refusal([](FleetSpec& f) {
          f.datagrams.application = Application::coap;
          f.behaviour = Behaviour::publish;
          f.messages = MessageSpec{.qos = 2};
        }) == "fleet \"sensors\": CoAP has no QoS 2 (use QoS 1: a confirmable message)");
  CHECK(refusal([](FleetSpec& f) {
          f.datagrams.application = Application::coap;
          f.mqtt_level = 5;
        }) ==
        "fleet \"sensors\": what stands for MQTT in datagrams has the messages of MQTT 3.1.1");
}

TEST_CASE("sleeping and QoS -1 are for one behaviour of MQTT-SN each", "[loadgen][dtls]") {
  const auto sleeping = [](Behaviour behaviour, Sleep sleep) {
    return refusal([&](FleetSpec& f) {
      f.datagrams.application = Application::mqtt_sn;
      f.behaviour = behaviour;
      f.messages = MessageSpec{};
      f.datagrams.sleep = sleep;
    });
  };
  CHECK(sleeping(Behaviour::publish, {}) ==
        "fleet \"sensors\": only subscribers over MQTT-SN sleep (use behaviour subscribe)");
  CHECK(sleeping(Behaviour::subscribe, {.wake = 10s, .duration = 5s}) ==
        "fleet \"sensors\": a sleep is announced for 1 s to 65535 s, and longer than to the next "
        "waking");
  const auto unconnected = [](void (*change)(FleetSpec&)) {
    return refusal([&](FleetSpec& f) {
      f.datagrams.application = Application::mqtt_sn;
      f.behaviour = Behaviour::publish;
      f.messages = MessageSpec{.topic = "ab"};
      f.messages->pace.duration = 1s;
      f.datagrams.connectionless = true;
      change(f);
    });
  };
  CHECK(unconnected([](FleetSpec&) {}) == "no error");
  CHECK(unconnected([](FleetSpec& f) { f.behaviour = Behaviour::echo; }) ==
        "fleet \"sensors\": only publishers over MQTT-SN need no connection (use behaviour "
        "publish)");
  CHECK(unconnected([](FleetSpec& f) { f.messages->qos = 1; }) ==
        "fleet \"sensors\": who does not connect publishes with QoS -1 (use qos: 0)");
  CHECK(unconnected([](FleetSpec& f) { f.messages->topic = "a/b"; }) ==
        "fleet \"sensors\": who does not connect registers no topic (use a topic of two "
        "characters, or topic_id)");
  CHECK(unconnected([](FleetSpec& f) {
          f.datagrams.connectionless = false;
          f.datagrams.topic_id = 7;
        }) ==
        "fleet \"sensors\": a predefined topic is for who does not connect (use "
        "connectionless: true)");
}
