#include "harness/scenario/resolved.hpp"

#include "harness/scenario/load.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/scenario/fixture.hpp"

using namespace handfast;
using namespace handfast::scenario;
using namespace handfast::scenario::test;

namespace {

std::string with_psk(const std::string& psk) {
  return "handfast: 1\nname: a\ntarget: {url: 'tls://127.0.0.1'}\nfleets:\n  psk-f:\n"
         "    clients: 3\n"
         "    tls: {engine: native, key_shares: batch, shadow: 2.5%, psk: {" +
         psk +
         "}}\n"
         "    load: {stages: [{rate: 1/s, for: 1s}]}\n";
}

}  // namespace

TEST_CASE("a resolved scenario has every default filled in", "[scenario]") {
  CHECK(
      resolved(read_scenario("handfast: 1\nname: a\nbroker: {driver: mosquitto, listeners: [tcp]}\n"
                             "fleets:\n  f:\n    listener: tcp\n    clients: 1\n    load: {stages: "
                             "[{rate: 1/s..2.5/s, for: 1500ms}]}\n")) ==
      R"(handfast: 1
name: a
seed: 1
broker: {driver: mosquitto, listeners: [tcp]}
fleets:
  f:
    listener: tcp
    clients: 1
    mqtt: {version: 5, keep_alive: 60s, client_id: "handfast-{fleet}-{i}"}
    behaviour: connect-and-drop
    close: disconnect
    load:
      model: open
      stages:
        - {rate: 1/s..2.5/s, for: 1500ms}
      arrivals: even
      max_in_flight: 512
      deadline: 10s
reports: [terminal, json]
)");
}

TEST_CASE("a resolved scenario reads back as itself", "[scenario]") {
  const auto quickstart = read_source_file("scenarios/quickstart.yaml");
  const std::string elsewhere =
      "handfast: 1\nname: 'true'\nsummary: \"a \\\"quoted\\\" #summary: \\x01 "
      "[gr\xc3\xbc\xc3\x9f]\"\npki: {manifest: /lab/my lab.yaml, home: /lab/null}\n"
      "target: {url: 'wss://[::1]:8084/mqtt', trust: /ca.pem, client: {certificate: /c.pem, key: "
      "/c.key}}\n"
      "checks: {groups: [emqx-guide]}\nfleets:\n  1-f:\n    clients: 3\n"
      "    role: \"a: b\"\n    proxy_protocol: v1\n    source: [127.0.0.2, 127.0.1.0/28]\n    "
      "origin: https://app.example\n"
      "    tls: {versions: [1.2], ciphers: [ECDHE-RSA-AES128-GCM-SHA256], signature_algorithms: "
      "[ed25519], server_name: h, verify: false, strict: true}\n"
      "    load: {stages: [{rate: 0.001/h..0.1/s, for: 60s}], deadline: 1ms}\n"
      "  2-f:\n    clients: 3\n    load: {model: closed, in_flight: 3, for: 90s, warm_up: 1s}\n"
      "  3-f:\n    clients: 3\n    load: {model: periodic, every: 9s, spread: random, for: 90s}\n"
      "  4-f:\n    clients: 3\n    load: {sine: {mean: 9/s, amplitude: 2.5/s, period: 1s, for: "
      "90s}, "
      "arrivals: poisson, ramp_down: 3s}\n"
      "  5-f:\n    clients: 9000\n    behaviour: hold\n    load: {spike: {base: 9/s, peak: 20/s, "
      "at: "
      "1s, lasts: 1s, for: 90s}, ramp_down: 3s}\n"
      "  tls-f:\n    clients: 3\n    behaviour: handshake\n"
      "    tls: {alpn: [mqtt], trust: [root, cacert], partial_chain: true, sni: false, "
      "verify_every_time: true, certificate_cache: false, resumption: {kind: tickets, share: "
      "33.3%}}\n    load: {stages: [{rate: 1/s, for: 1s}]}\n"
      "  6-f:\n    clients: 3\n    load: {model: search, from: 1/s, to: 9.5/s, step: 5s, "
      "precision: "
      "2.5%}\n";
  const std::string keyed = with_psk("file: /lab/keys.txt");
  const auto other_server = with("driver: mosquitto", "driver: mosquitto\n  certificate: client");
  const auto wishes = with("groups: [x25519]", "groups: ['?X25519MLKEM768', x25519]");
  for (const auto& text : {complete(), quickstart, elsewhere, keyed, other_server, wishes}) {
    const auto first = read_scenario(text);
    const auto once = resolved(first);
    INFO(once);
    const auto second = read_scenario(once);
    CHECK(resolved(second) == once);
    CHECK(second.name == first.name);
    if (first.broker) CHECK(second.broker->certificate == first.broker->certificate);
    CHECK(second.summary == first.summary);
    CHECK(second.fleets.size() == first.fleets.size());
    CHECK(second.thresholds.size() == first.thresholds.size());
    CHECK(second.reports == first.reports);
    for (std::size_t i = 0; i < first.fleets.size(); ++i) {
      CHECK(second.fleets[i].name == first.fleets[i].name);
      CHECK(second.fleets[i].role == first.fleets[i].role);
      CHECK(second.fleets[i].proxy_protocol == first.fleets[i].proxy_protocol);
      CHECK(second.fleets[i].origin == first.fleets[i].origin);
      CHECK(second.fleets[i].source.addresses == first.fleets[i].source.addresses);
      CHECK(second.fleets[i].listener == first.fleets[i].listener);
      CHECK(planned_starts(second.fleets[i]) == planned_starts(first.fleets[i]));
      CHECK(load_duration(second.fleets[i]) == load_duration(first.fleets[i]));
      CHECK(second.fleets[i].warm_up == first.fleets[i].warm_up);
      CHECK(describe_load(second.fleets[i]) == describe_load(first.fleets[i]));
    }
  }
}

TEST_CASE("the resolved scenario tells where a pre-shared key comes from, never the key",
          "[scenario]") {
  const auto once = resolved(read_scenario(with_psk("identity: \"dev-{i}\", key: 5ec7e7")));
  CHECK(once.find("5ec7e7") == std::string::npos);
  CHECK_THAT(once, Catch::Contains("psk: {identity: \"dev-{i}\", key: \"(hidden)\"}"));
}
