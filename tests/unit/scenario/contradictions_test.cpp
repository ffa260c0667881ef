#include "tests/support/catch.hpp"
#include "tests/unit/scenario/fixture.hpp"

using namespace handfast;
using namespace handfast::scenario;
using namespace handfast::scenario::test;

namespace {

/// A fleet against a target that runs elsewhere; `pki` and `target` are the sections' contents.
std::string against(const std::string& pki, const std::string& target, const std::string& fleet) {
  return error("handfast: 1\nname: a\n" + (pki.empty() ? "" : "pki: {" + pki + "}\n") +
               "target: {" + target +
               "}\nfleets:\n  f: {clients: 1, load: {stages: [{rate: 1/s, for: 5s}]}" + fleet +
               "}\n");
}

}  // namespace

TEST_CASE("a fleet on a listener that the broker lacks is refused", "[scenario]") {
  CHECK(error("listener: tls-two-way", "listener: wss-two-way") ==
        "storm.yaml:12:15: the broker has no listener \"wss-two-way\" (broker.listeners has: tcp, "
        "tls, tls-two-way, wss)");
}

TEST_CASE("TLS options on a listener without TLS are refused", "[scenario]") {
  CHECK(error("listener: tcp\n", "listener: tcp\n    tls: {versions: [1.3]}\n") ==
        "storm.yaml:21:5: \"tls\" does not apply to listener \"tcp\" (remove it, or use the "
        "listener tls or wss)");
}

TEST_CASE("cipher suites of a version that is left out are refused", "[scenario]") {
  CHECK(error("groups: [x25519]", "ciphers: [ECDHE-ECDSA-AES128-GCM-SHA256]") ==
        "storm.yaml:15:37: \"ciphers\" are of TLS 1.2, which \"versions\" leaves out (use "
        "\"cipher_suites\")");
  CHECK(error("[1.3], groups: [x25519]", "[1.2], cipher_suites: [TLS_AES_128_GCM_SHA256]") ==
        "storm.yaml:15:43: \"cipher_suites\" are of TLS 1.3, which \"versions\" leaves out (use "
        "\"ciphers\")");
}

TEST_CASE("identity and listener must fit", "[scenario]") {
  CHECK(error("    identity: devices\n", "") ==
        "storm.yaml:12:15: listener \"tls-two-way\" wants a client certificate, but the fleet has "
        "no \"identity\" "
        "(name a fleet of the PKI, for example identity: devices)");
  CHECK(
      error("listener: tls-two-way", "listener: tls") ==
      "storm.yaml:14:15: listener \"tls\" asks for no certificate, so \"identity\" is never shown "
      "(remove it, or use the listener tls-two-way)");
  CHECK(
      error("listener: tcp\n", "listener: tcp\n    identity: devices\n") ==
      "storm.yaml:21:15: listener \"tcp\" has no TLS, so \"identity\" is never shown (remove it)");
  CHECK(error("identity: devices", "identity: device") ==
        "storm.yaml:14:15: the PKI has no fleet \"device\" (did you mean \"devices\"?)");
  CHECK(error("clients: 2000", "clients: 2001") ==
        "storm.yaml:13:14: 2001 clients, but the PKI fleet \"devices\" has 2000 identities "
        "(set clients to 2000 or less, or raise its count in the PKI)");
}

TEST_CASE("trust must be there and known", "[scenario]") {
  CHECK(
      error("trust: cacert", "trust: cacrt") ==
      "storm.yaml:15:71: the PKI has no bundle or authority \"cacrt\" (did you mean \"cacert\"?)");
  CHECK(error("trust: cacert", "trust: second") == "no error");
}

TEST_CASE("clients of one fleet must have identifiers of their own", "[scenario]") {
  CHECK(error("\"s-{i}\"", "sensor") ==
        "storm.yaml:16:56: 2000 clients would share one client identifier and end each other's "
        "connections "
        "(put {i} into \"client_id\")");
}

TEST_CASE("a fleet that holds its connections cannot start more than it has clients",
          "[scenario]") {
  CHECK(error("rate: 10/s, for: 5s", "rate: 10/s, for: 6s") ==
        "storm.yaml:24:15: the stages start 60 connections, but the fleet holds one for each of "
        "its 50 clients "
        "(raise clients to 60, or shorten the stages)");
}

TEST_CASE("a fleet must fit the target", "[scenario]") {
  CHECK(against("", "url: 'tls://h', trust: ca.pem", "") == "no error");
  CHECK(against("", "url: 'tcp://h'", "") == "no error");
  CHECK(against("", "url: 'tls://h'", "") ==
        "storm.yaml:5:6: nothing says which trust anchor verifies the target (give the target a "
        "\"trust\" file)");
  CHECK(against("", "url: 'tls://h'", ", tls: {verify: false}") == "no error");
  CHECK(against("", "url: 'tls://h', trust: ca.pem", ", listener: wss") ==
        "storm.yaml:5:69: listener \"wss\" does not fit the target tls://h:8883 (leave it out)");
  CHECK(against("", "url: 'tls://h', trust: ca.pem", ", listener: tls-two-way") ==
        "storm.yaml:5:69: listener \"tls-two-way\" wants a client certificate, but the fleet has "
        "no \"identity\" "
        "(name a fleet of the PKI, or give the target a \"client\")");
  CHECK(against("", "url: 'tls://h', trust: ca.pem, client: {certificate: c, key: k}",
                ", listener: tls-two-way") == "no error");
  CHECK(against("", "url: 'tls://h', trust: ca.pem", ", identity: devices") ==
        "storm.yaml:5:69: \"identity\" names a fleet of the PKI, but there is no \"pki\" "
        "(write for example pki: {preset: emqx-two-tier})");
  CHECK(against("", "url: 'tls://h', trust: ca.pem", ", tls: {trust: root}") ==
        "storm.yaml:5:72: \"trust\" names a bundle of the PKI, but there is no \"pki\" "
        "(give the target a \"trust\" file instead)");
  CHECK(against("preset: emqx-two-tier", "url: 'tls://h'", ", identity: devices") == "no error");
}

TEST_CASE("a fleet against a target takes its listener from the URL", "[scenario]") {
  const auto read = read_scenario(
      "handfast: 1\nname: a\npki: {preset: emqx-two-tier}\ntarget: {url: 'wss://h'}\nfleets:\n"
      "  f: {clients: 1, identity: devices, load: {stages: [{rate: 1/s, for: 5s}]}}\n");
  CHECK(read.fleets[0].listener == ListenerKind{Transport::wss, true});
  CHECK(read.fleets[0].tls->trust == std::vector<std::string>{"root"});
}

TEST_CASE("a threshold that could never have a sample is refused", "[scenario]") {
  const auto threshold = [](const std::string& text) { return error("sensors.errors == 0", text); };
  CHECK(threshold("sensor.errors == 0") ==
        "storm.yaml:27:5: there is no fleet \"sensor\" (did you mean \"sensors\"?)");
  CHECK(threshold("holders.handshake.p99 < 1s") ==
        "storm.yaml:27:5: \"handshake\" has no samples: fleet \"holders\" connects over tcp");
  CHECK(threshold("sensors.upgrade.p99 < 1s") ==
        "storm.yaml:27:5: \"upgrade\" has no samples: fleet \"sensors\" connects over tls");
  CHECK(threshold("holders.distinct_certificates >= 1") ==
        "storm.yaml:27:5: \"distinct_certificates\" has no samples: fleet \"holders\" has no "
        "identity");
  CHECK(threshold("checks.failed == 0") == "no error");
  auto text = with("checks: {groups: [emqx-guide], core: true}\n", "");
  text.replace(text.find("sensors.errors == 0"), 19, "checks.failed == 0 ");
  CHECK(
      error(text) ==
      "storm.yaml:26:5: threshold \"checks.failed == 0\" has no samples: there are no \"checks\"");
}
