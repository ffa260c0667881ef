#include "harness/scenario/resolved.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/scenario/fixture.hpp"

using namespace handfast;
using namespace handfast::scenario;
using namespace handfast::scenario::test;
using namespace std::chrono_literals;

namespace {

/// A fleet over DTLS with `keys` of its own, a line each.
std::string dtls_fleet(const std::string& keys, const std::string& threshold = "dev.errors == 0") {
  return "handfast: 1\nname: a\ntarget: {url: 'dtls://127.0.0.1:5684', trust: /ca.pem}\nfleets:\n"
         "  dev:\n    clients: 3\n" +
         keys + "    load: {stages: [{rate: 1/s, for: 1s}]}\nthresholds: [" + threshold + "]\n";
}

/// Who may sleep, and who may publish without a connection, with `keys` of dtls.
std::string sleeper(const std::string& keys) {
  return "    behaviour: subscribe\n    messages: {subscribe: [{filter: ab}]}\n    dtls: "
         "{application: "
         "mqtt-sn, " +
         keys + "}\n";
}
std::string stranger(const std::string& keys, const std::string& messages = "topic: ab, for: 3s") {
  return "    behaviour: publish\n    messages: {" + messages +
         "}\n    dtls: {application: mqtt-sn, " + keys + "}\n";
}

Fleet fleet_of(const std::string& keys) { return read_scenario(dtls_fleet(keys)).fleets.front(); }

}  // namespace

TEST_CASE("a fleet over DTLS is all defaults but its transport", "[scenario][dtls]") {
  const Fleet fleet = fleet_of("");
  CHECK(to_string(fleet.listener) == "dtls");
  REQUIRE(fleet.dtls);
  CHECK(fleet.dtls->spec.application == loadgen::Application::none);
  CHECK(fleet.dtls->datagrams.mtu == 1400);
  CHECK(fleet.dtls->datagrams.first_timeout == 1s);
  REQUIRE(fleet.tls);
  CHECK(fleet.tls->min_version == tls::Version::dtls1_2);
  CHECK(fleet.tls->max_version == tls::Version::dtls1_2);
}

TEST_CASE("every DTLS setting is read", "[scenario][dtls]") {
  const Fleet fleet = fleet_of(
      "    dtls: {application: coap, mtu: 512B, retransmit: {initial: 200ms, max: 5s}, retry: "
      "{after: 3s, times: 2}, restart: {after: 4s, times: 1}, path: 't/', impairment: {loss: 5%, "
      "duplication: 1%, reorder: 2%, "
      "delay: 10ms, jitter: 1ms, mtu: 600B, drop: [2, 4]}}\n");
  const auto& dtls = *fleet.dtls;
  CHECK(dtls.spec.application == loadgen::Application::coap);
  CHECK(dtls.datagrams.mtu == 512);
  CHECK(dtls.datagrams.first_timeout == 200ms);
  CHECK(dtls.datagrams.longest_timeout == 5s);
  CHECK(dtls.spec.retry.after == 3s);
  CHECK(dtls.spec.retry.times == 2);
  CHECK(dtls.spec.restart.after == 4s);
  CHECK(dtls.spec.restart.times == 1);
  CHECK(dtls.spec.path == "t/");
  REQUIRE(dtls.spec.impairment);
  for (const auto& path : {dtls.spec.impairment->to_server, dtls.spec.impairment->to_client}) {
    CHECK(path.loss == 0.05);
    CHECK(path.duplication == 0.01);
    CHECK(path.reorder == 0.02);
    CHECK(path.delay == 10ms);
    CHECK(path.jitter == 1ms);
    CHECK(path.largest == 572);  // 20 bytes of IP and 8 of UDP are not payload
    CHECK(path.drop == std::vector<std::uint64_t>{2, 4});
  }
}

TEST_CASE("retries follow the application, and MQTT-SN names fit its 23 bytes",
          "[scenario][dtls]") {
  CHECK(fleet_of("    dtls: {application: coap}\n").dtls->spec.retry.after == 2s);
  CHECK(fleet_of("    dtls: {application: coap}\n").dtls->spec.retry.times == 4);
  const Fleet sensors = fleet_of("    dtls: {application: mqtt-sn}\n");
  CHECK(sensors.dtls->spec.retry.after == 10s);
  CHECK(sensors.mqtt.client_id == "{fleet}-{i}");
  CHECK(sensors.mqtt.level == 4);
}

TEST_CASE("sleep and QoS -1 of MQTT-SN are read", "[scenario][dtls]") {
  const auto asleep = fleet_of(sleeper("sleep: {wake: 10s}")).dtls->spec;
  REQUIRE(asleep.sleep);
  CHECK(asleep.sleep->wake == 10s);
  CHECK(asleep.sleep->duration == 300s);
  CHECK_FALSE(asleep.connectionless);
  const auto unconnected = fleet_of(stranger("connectionless: true, topic_id: 7")).dtls->spec;
  CHECK(unconnected.connectionless);
  CHECK(unconnected.topic_id == 7);
}

TEST_CASE("what DTLS has no place for is refused where it stands", "[scenario][dtls]") {
  const auto problem = [](const std::string& keys) { return error(dtls_fleet(keys)); };
  CHECK(problem("    tls: {versions: [1.2]}\n") ==
        "storm.yaml:7:21: \"versions\" are of TLS, and the fleet speaks DTLS 1.2 (remove it)");
  CHECK(problem("    tls: {engine: native}\n") ==
        "storm.yaml:7:19: only libssl speaks DTLS (write engine: libssl)");
  CHECK(problem("    proxy_protocol: v1\n") ==
        "storm.yaml:7:5: \"proxy_protocol\" needs a stream, and DTLS has none (remove it, or use "
        "the listener tls)");
  CHECK(problem("    mqtt: {keep_alive: 5s}\n") ==
        "storm.yaml:7:5: application none speaks no MQTT (remove \"mqtt\", or write dtls: "
        "{application: mqtt-sn})");
  CHECK(problem("    behaviour: publish\n    messages: {for: 1s}\n") ==
        "storm.yaml:7:16: behaviour publish needs an application over DTLS (write for example "
        "dtls: {application: coap})");
  CHECK(problem("    dtls: {mtu: 100B}\n") == "storm.yaml:7:17: \"mtu\" must be 256B to 65535B");
  CHECK(problem("    dtls: {application: lwm2m}\n") ==
        "storm.yaml:7:25: unknown application \"lwm2m\" (one of: none, coap, mqtt-sn)");
  CHECK(problem("    dtls: {retransmit: {initial: 5s, max: 1s}}\n") ==
        "storm.yaml:7:24: \"max\" is shorter than \"initial\"");
  CHECK(error("    listener: tcp\n", "    listener: tcp\n    dtls: {mtu: 512B}\n") ==
        "storm.yaml:21:5: \"dtls\" does not apply to listener \"tcp\" (remove it, or use a target "
        "with a dtls:// address)");
}

TEST_CASE("who cannot sleep or publish without a connection is refused where it stands",
          "[scenario][dtls]") {
  const auto problem = [](const std::string& keys) { return error(dtls_fleet(keys)); };
  CHECK(problem("    dtls: {application: mqtt-sn, sleep: {wake: 5s}}\n") ==
        "storm.yaml:7:34: only subscribers over MQTT-SN sleep (write application: mqtt-sn and "
        "behaviour: subscribe)");
  CHECK(
      problem(sleeper("sleep: {wake: 2m, duration: 1m}")) ==
      "storm.yaml:9:48: \"wake\" is longer than \"duration\", after which a client counts as lost "
      "(wake more often, or announce a longer sleep)");
  CHECK(problem(stranger("topic_id: 7")) ==
        "storm.yaml:9:44: a predefined topic is for who does not connect (write connectionless: "
        "true)");
  CHECK(problem("    dtls: {application: mqtt-sn, connectionless: true}\n") ==
        "storm.yaml:7:34: only publishers over MQTT-SN need no connection (write application: "
        "mqtt-sn and behaviour: publish)");
  CHECK(problem(stranger("connectionless: true", "topic: ab, for: 3s, qos: 1")) ==
        "storm.yaml:8:41: who does not connect publishes with QoS -1 (write qos: 0)");
  CHECK(problem(stranger("connectionless: true", "topic: abc, for: 3s")) ==
        "storm.yaml:8:23: who does not connect registers no topic (use a topic of two characters, "
        "or dtls.topic_id)");
  CHECK(problem("    mqtt: {will: {topic: t, payload: x}}\n" + stranger("connectionless: true")) ==
        "storm.yaml:7:12: who does not connect has no will (remove it)");
}

TEST_CASE("thresholds on datagrams need a fleet over DTLS", "[scenario][dtls]") {
  for (const auto* threshold :
       {"dev.retransmits == 0", "dev.restarts == 0", "dev.retransmitted_share <= 1%",
        "dev.kernel_drops == 0", "dev.tls_clean.p99 < 1s", "dev.tls_retransmitted.p50 < 2s",
        "dev.cookie.max < 1s"}) {
    INFO(threshold);
    CHECK(error(dtls_fleet("", threshold)) == "no error");
  }
  CHECK(error("sensors.errors == 0", "sensors.retransmits == 0") ==
        "storm.yaml:27:5: \"retransmits\" has no samples: fleet \"sensors\" connects over tls");
}

TEST_CASE("a resolved DTLS fleet reads back as itself", "[scenario][dtls]") {
  for (const auto& keys :
       {std::string(), std::string("    dtls: {application: mqtt-sn, retry: {after: 1s}}\n"),
        sleeper("sleep: {wake: 5s, duration: 1m}"), stranger("connectionless: true, topic_id: 7"),
        std::string("    dtls: {application: coap, mtu: 512B, path: 't/', restart: {times: 0}, "
                    "impairment: {loss: 2.5%, mtu: 600B, drop: [3]}}\n")}) {
    const auto once = resolved(read_scenario(dtls_fleet(keys)));
    INFO(once);
    CHECK(resolved(read_scenario(once)) == once);
  }
}
