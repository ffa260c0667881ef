#include "harness/scenario/load.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/scenario/fixture.hpp"

using namespace handfast;
using namespace handfast::scenario;
using namespace handfast::scenario::test;
using namespace std::chrono_literals;

TEST_CASE("a fleet is read with all it says", "[scenario]") {
  const auto read = read_scenario(complete());
  const auto& fleet = *read.fleet("sensors");
  CHECK(fleet.listener == ListenerKind{Transport::tls, true});
  CHECK(fleet.clients == 2000);
  CHECK(fleet.identity == "devices");
  CHECK(fleet.tls->min_version == tls::Version::tls1_3);
  CHECK(fleet.tls->max_version == tls::Version::tls1_3);
  CHECK(fleet.tls->groups == std::vector<std::string>{"x25519"});
  CHECK(fleet.tls->trust == std::vector<std::string>{"cacert"});
  CHECK(fleet.tls->verify);
  CHECK(fleet.mqtt.level == 4);
  CHECK(fleet.mqtt.keep_alive == 30s);
  CHECK(fleet.mqtt.client_id == "s-{i}");
  CHECK(fleet.behaviour == loadgen::Behaviour::connect_and_drop);
  REQUIRE(fleet.stages.size() == 2);
  CHECK(fleet.stages[0].from == 100);
  CHECK(fleet.stages[0].to == 100);
  CHECK(fleet.stages[1].to == 1000);
  CHECK(fleet.stages[1].duration == 20s);
  CHECK(fleet.max_in_flight == 64);
  CHECK(fleet.deadline == 2s);
}

TEST_CASE("a fleet's defaults", "[scenario]") {
  const auto read = read_scenario(complete());
  const auto& fleet = *read.fleet("holders");
  CHECK_FALSE(fleet.tls);
  CHECK(fleet.mqtt.level == 5);
  CHECK(fleet.mqtt.keep_alive == 60s);
  CHECK(fleet.mqtt.client_id == "handfast-{fleet}-{i}");
  CHECK(fleet.max_in_flight == 512);
  CHECK(fleet.deadline == 10s);
  // Over TLS the first authority of the PKI is trusted, and verification is on.
  const auto changed = read_scenario(
      with("    tls: {versions: [1.3], groups: [x25519], resumption: none, trust: cacert}\n", ""));
  CHECK(changed.fleets[0].tls->trust == std::vector<std::string>{"root"});
  CHECK(changed.fleets[0].tls->verify);
  CHECK(changed.fleets[0].tls->min_version == tls::Version::tls1_2);
}

TEST_CASE("a fleet's keys are checked", "[scenario]") {
  CHECK(error("clients: 2000", "clients: 0") ==
        "storm.yaml:13:14: \"clients\" must be 1 to 1000000, not 0");
  CHECK(error("clients: 2000", "cliens: 2000") ==
        "storm.yaml:13:5: unknown key \"cliens\" in \"sensors\" (did you mean \"clients\"?)");
  CHECK(error("    clients: 2000\n", "") ==
        "storm.yaml:12:5: \"clients\" is missing in \"sensors\"");
  CHECK(error("    listener: tcp\n", "") ==
        "storm.yaml:20:5: \"listener\" is missing in \"holders\"");
  CHECK(error("behaviour: hold", "behaviour: hodl") ==
        "storm.yaml:22:16: unknown behaviour \"hodl\" (did you mean \"hold\"?)");
  CHECK(error("behaviour: hold", "behaviour: reconnect") ==
        "storm.yaml:22:16: behaviour \"reconnect\" is not available in this version (one of: "
        "connect-and-drop, handshake, hold, publish, subscribe, echo, request, respond)");
}

TEST_CASE(
    "a fleet may have a role, a PROXY header, an Origin and strict TLS "
    "(S0-12 S2-03 S2-34 S4-59)",
    "[scenario]") {
  const auto plain = *read_scenario(complete()).fleet("sensors");
  CHECK(plain.role.empty());
  CHECK_FALSE(plain.proxy_protocol);
  CHECK(plain.origin.empty());
  CHECK_FALSE(plain.tls->strict);
  const auto labelled = read_scenario(
      with("clients: 2000", "role: Recording server\n    proxy_protocol: v2\n    clients: 2000"));
  CHECK(labelled.fleet("sensors")->role == "Recording server");
  CHECK(labelled.fleet("sensors")->proxy_protocol == proxy::Version::v2);
  CHECK(read_scenario(with("groups: [x25519]", "strict: true")).fleet("sensors")->tls->strict);
  const auto web =
      read_scenario(with("listener: tcp\n", "listener: wss\n    origin: https://app.example\n"));
  CHECK(web.fleet("holders")->origin == "https://app.example");

  CHECK(error("clients: 2000", "proxy_protocol: v3\n    clients: 2000") ==
        "storm.yaml:13:21: unknown PROXY protocol \"v3\" (did you mean \"v1\"?)");
  CHECK(error("clients: 2000", "role: ''\n    clients: 2000") ==
        "storm.yaml:13:11: \"role\" must have 1 to 40 bytes and no control characters");
  CHECK(error("listener: tcp\n", "listener: tcp\n    origin: https://a\n") ==
        "storm.yaml:21:13: \"origin\" does not apply to listener \"tcp\" (remove it, or use the "
        "listener ws or wss)");
}

TEST_CASE("TLS options are checked", "[scenario]") {
  CHECK(error("[1.3]", "[1.1]") ==
        "storm.yaml:15:22: unknown TLS version \"1.1\" (did you mean \"1.2\"?)");
  CHECK(error("resumption: none", "resumption: ticket") ==
        "storm.yaml:15:58: unknown resumption \"ticket\" (did you mean \"tickets\"?)");
  CHECK(error("groups: [x25519]", "cipher_suites: [ECDHE-RSA-AES128-GCM-SHA256]") ==
        "storm.yaml:15:44: \"ECDHE-RSA-AES128-GCM-SHA256\" is no name of a TLS 1.3 cipher suite "
        "(write for example TLS_AES_128_GCM_SHA256; TLS 1.2 suites go to \"ciphers\")");
  CHECK(
      error("groups: [x25519]", "ciphers: [TLS_AES_128_GCM_SHA256]") ==
      "storm.yaml:15:38: \"TLS_AES_128_GCM_SHA256\" is no name of a TLS 1.2 cipher suite "
      "(write for example ECDHE-ECDSA-AES128-GCM-SHA256; TLS 1.3 suites go to \"cipher_suites\")");
  CHECK(error("groups: [x25519]", "verify: off") ==
        "storm.yaml:15:36: \"verify\" must be true or false, not \"off\" (write false)");
  CHECK(error("groups: [x25519]", "sever_name: x") ==
        "storm.yaml:15:28: unknown key \"sever_name\" in \"tls\" (did you mean \"server_name\"?)");
}

TEST_CASE("MQTT options are checked", "[scenario]") {
  CHECK(error("version: 3.1.1", "version: 3") ==
        "storm.yaml:16:21: unknown MQTT version \"3\" (did you mean \"4\"?)");
  CHECK(error("keep_alive: 30s", "keep_alive: 30") ==
        "storm.yaml:16:40: keep_alive: duration \"30\" has no unit (write for example 500ms, 30s "
        "or 5m)");
  CHECK(error("keep_alive: 30s", "keep_alive: 1500ms") ==
        "storm.yaml:16:40: \"keep_alive\" must be whole seconds up to 65535s, not 1500ms");
  CHECK(error("keep_alive: 30s", "keep_alive: 20h") ==
        "storm.yaml:16:40: \"keep_alive\" must be whole seconds up to 65535s, not 20h");
  CHECK(
      error("\"s-{i}\"", "\"s-{x}-{i}\"") ==
      "storm.yaml:16:56: \"client_id\" has the unknown placeholder \"{x}\" (one of: {fleet}, {i}, "
      "{n})");
  CHECK(error("\"s-{i}\"", "''") == "storm.yaml:16:56: \"client_id\" must have 1 to 128 bytes");
}

TEST_CASE("the load is checked", "[scenario]") {
  CHECK(error("model: open", "model: opened") ==
        "storm.yaml:18:19: unknown load model \"opened\" (did you mean \"open\"?)");
  CHECK(error("model: open", "model: closed") ==
        "storm.yaml:18:27: unknown key \"stages\" in \"load\" (one of: model, in_flight, for, "
        "deadline)");
  CHECK(error("rate: 100/s, for", "rate: 100, for") ==
        "storm.yaml:18:41: rate: rate \"100\" has no unit (write for example 500/s or 30/m)");
  CHECK(error("100/s..1000/s", "100/s..1000") ==
        "storm.yaml:18:65: rate: rate \"1000\" has no unit (write for example 500/s or 30/m)");
  CHECK(error("100/s..1000/s", "100/s..2000000/s") ==
        "storm.yaml:18:65: rate \"100/s..2000000/s\" is above 1000000/s");
  CHECK(error("for: 20s", "for: 0s") == "storm.yaml:18:85: \"for\" must be 1ms to 24h, not 0s");
  CHECK(error("for: 20s", "until: 20s") ==
        "storm.yaml:18:80: unknown key \"until\" in \"stages[1]\" (one of: rate, for)");
  CHECK(error("[{rate: 10/s, for: 5s}]", "[]") ==
        "storm.yaml:24:15: the stages start no connection (write for example [{rate: 100/s, for: "
        "5s}])");
  CHECK(error("rate: 10/s, for: 5s", "rate: 10/h, for: 5s") ==
        "storm.yaml:24:15: the stages start no connection (write for example [{rate: 100/s, for: "
        "5s}])");
  CHECK(error("max_in_flight: 64", "max_in_flight: 0") ==
        "storm.yaml:18:107: \"max_in_flight\" must be 1 to 1000000, not 0");
  CHECK(error("deadline: 2s", "deadline: 1h") ==
        "storm.yaml:18:121: \"deadline\" must be 1ms to 10m, not 1h");
}

TEST_CASE("a closed loop is read, and its contradictions found", "[scenario]") {
  const std::string open =
      "{model: open, stages: [{rate: 100/s, for: 5s}, {rate: 100/s..1000/s, "
      "for: 20s}], max_in_flight: 64, deadline: 2s}";
  const auto read = read_scenario(with(open, "{model: closed, in_flight: 64, for: 30s}"));
  const auto& fleet = *read.fleet("sensors");
  REQUIRE(fleet.closed);
  CHECK(fleet.closed->in_flight == 64);
  CHECK(fleet.closed->duration == 30s);
  CHECK(fleet.stages.empty());
  CHECK(load_duration(fleet) == 30s);
  CHECK_FALSE(planned_starts(fleet));
  CHECK(describe_load(fleet) == "closed loop: 64 in flight for 30s");
  CHECK(error(open, "{model: closed, for: 30s}") ==
        "storm.yaml:18:11: \"in_flight\" is missing in \"load\"");
  CHECK(
      error(open, "{model: closed, in_flight: 64, for: 30s, max_in_flight: 9}") ==
      "storm.yaml:18:52: unknown key \"max_in_flight\" in \"load\" (did you mean \"in_flight\"?)");
  CHECK(
      error(open, "{model: closed, in_flight: 2001, for: 30s}") ==
      "storm.yaml:18:38: 2001 connections in flight, but the fleet has 2000 clients (raise clients "
      "to 2001, or lower in_flight)");
}

TEST_CASE("a schedule starts what its stages' areas say", "[scenario]") {
  const std::vector<loadgen::Stage> stages{{100, 100, 5s}, {100, 1000, 20s}};
  CHECK(total_starts(stages) == Approx(11500));
  CHECK(starts_until(stages, 0s) == 0);
  CHECK(starts_until(stages, 2500ms) == Approx(250));
  CHECK(starts_until(stages, 15s) == Approx(500 + 3250));
  CHECK(starts_until(stages, 1h) == Approx(11500));
  CHECK(total_duration(stages) == 25s);
}

TEST_CASE("a stage may be a pause", "[scenario]") {
  const auto read = read_scenario(with("100/s..1000/s", "0/s"));
  const auto& fleet = *read.fleet("sensors");
  CHECK(fleet.stages[1].to == 0);
  CHECK(total_starts(fleet.stages) == 500);
}

TEST_CASE("a fleet's source addresses are a list, networks spread out", "[scenario]") {
  CHECK(read_scenario(complete()).fleets[0].source.addresses.empty());
  const auto read =
      read_scenario(with("clients: 2000", "source: [127.0.0.2, 127.0.1.0/30]\n    clients: 2000"));
  std::vector<std::string> texts;
  for (const auto& address : read.fleets[0].source.addresses) texts.push_back(address.text());
  CHECK(texts == std::vector<std::string>{"127.0.0.2", "127.0.1.1", "127.0.1.2"});
  const auto one = read_scenario(with("clients: 2000", "source: fd00::1\n    clients: 2000"));
  CHECK(one.fleets[0].source.addresses.at(0).v6);
  CHECK(error("clients: 2000", "source: 127.0.0.0/8\n    clients: 2000") ==
        "storm.yaml:13:13: source: \"127.0.0.0/8\" has more than 65536 addresses (write /16 or "
        "longer)");
  CHECK(error("clients: 2000", "source: [127.0.0.2, 127.0.0.0/29]\n    clients: 2000") ==
        "storm.yaml:13:13: source: 127.0.0.2 stands there twice");
}
