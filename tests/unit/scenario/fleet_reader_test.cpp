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

TEST_CASE("a fleet speaks MQTT 3.1.1 to a broker that knows nothing newer, unless it says so",
          "[scenario]") {
  auto old = known();
  old.broker_can = [](const std::string&) { return Known::BrokerAbilities{.mqtt5 = false}; };
  const auto level = [&](const std::string& mqtt, const Known& with) {
    const auto scenario = read(
        "handfast: 1\nname: a\nbroker: {driver: mosquitto, listeners: [tcp]}\n"
        "fleets:\n  f: {listener: tcp, clients: 1, " +
            mqtt + "load: {stages: [{rate: 1/s, for: 1s}]}}\n",
        "storm.yaml", with);
    return scenario.value().fleets.front().mqtt.level;
  };
  CHECK(level("", old) == 4);
  CHECK(level("mqtt: {keep_alive: 5s}, ", old) == 4);
  CHECK(level("mqtt: {version: 5}, ", old) == 5);
  CHECK(level("", known()) == 5);
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
        "warm_up, deadline)");
  CHECK(error("rate: 100/s, for", "rate: 100, for") ==
        "storm.yaml:18:41: rate: rate \"100\" has no unit (write for example 500/s or 30/m)");
  CHECK(error("100/s..1000/s", "100/s..1000") ==
        "storm.yaml:18:65: rate: rate \"1000\" has no unit (write for example 500/s or 30/m)");
  CHECK(error("100/s..1000/s", "100/s..2000000/s") ==
        "storm.yaml:18:65: rate \"100/s..2000000/s\" is above 1000000/s");
  CHECK(error("for: 20s", "for: 0s") == "storm.yaml:18:85: \"for\" must be 1ms to 24h, not 0s");
  CHECK(error("for: 20s", "until: 20s") ==
        "storm.yaml:18:80: unknown key \"until\" in \"stages[1]\" (one of: rate, for, wave)");
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

namespace {

/// The load of the fleet "holders" of the complete scenario, which drops its connections here.
std::string with_load(const std::string& load) {
  auto text = with("stages: [{rate: 10/s, for: 5s}]", load);
  return text.replace(text.find("behaviour: hold"), 15, "behaviour: connect-and-drop");
}

Fleet fleet_of(const std::string& load) { return *read_scenario(with_load(load)).fleet("holders"); }

}  // namespace

TEST_CASE("a spike and a sine are stages in other words", "[scenario]") {
  CHECK(describe_load(fleet_of("spike: {base: 10/s, peak: 100/s, at: 2s, lasts: 1s, for: 5s}")) ==
        "open loop: 10/s for 2s, then 100/s for 1s, then 10/s for 2s");
  CHECK(describe_load(fleet_of("spike: {base: 10/s, peak: 100/s, at: 0s, lasts: 5s, for: 5s}")) ==
        "open loop: 100/s for 5s");
  const auto sine = fleet_of("sine: {mean: 10/s, amplitude: 5/s, period: 2s, for: 1m}");
  CHECK(describe_load(sine) == "open loop: 10/s with a wave of 5/s every 2s for 1m");
  CHECK(planned_starts(sine) == 600);
  CHECK(describe_load(fleet_of("stages: [{rate: 5/s..10/s, for: 4s, wave: {amplitude: 5/s, period: "
                               "1s}}]")) ==
        "open loop: 5/s..10/s with a wave of 5/s every 1s for 4s");
}

TEST_CASE("shapes that do not add up are refused", "[scenario]") {
  const auto refusal = [](const std::string& load) { return error(with_load(load)); };
  CHECK(refusal("spike: {base: 10/s, peak: 100/s, at: 3s, lasts: 3s, for: 5s}") ==
        "storm.yaml:24:14: the peak ends at 6s, after the load's end at 5s (raise \"for\")");
  CHECK(refusal("sine: {mean: 10/s, amplitude: 11/s, period: 2s, for: 1m}") ==
        "storm.yaml:24:13: an amplitude of 11/s takes the rate below zero (10/s is the most here)");
  CHECK(refusal("stages: [{rate: 5/s..10/s, for: 4s, wave: {amplitude: 6/s, period: 1s}}]") ==
        "storm.yaml:24:16: an amplitude of 6/s takes the rate below zero (5/s is the most here)");
  CHECK(refusal("stages: [{rate: 5/s, for: 4s}]\n      sine: {mean: 10/s, amplitude: 1/s, period: "
                "2s, for: 1m}") ==
        "storm.yaml:25:7: \"sine\" gives the load a second shape (keep one of stages, spike and "
        "sine)");
  CHECK(refusal("max_in_flight: 5") ==
        "storm.yaml:24:7: \"stages\" is missing in \"load\" (or use spike or sine, or another "
        "model)");
  CHECK(refusal("sine: {mean: 0/s, amplitude: 0/s, period: 2s, for: 1m}") ==
        "storm.yaml:24:13: the sine starts no connection (write for example [{rate: 100/s, for: "
        "5s}])");
}

TEST_CASE("Poisson arrivals come from the scenario's seed, and differ between fleets",
          "[scenario]") {
  const auto fleet = fleet_of("stages: [{rate: 100/s, for: 5s}]\n      arrivals: poisson");
  REQUIRE(fleet.poisson);
  CHECK(fleet.poisson->seed == fleet_seed(7, "holders"));
  CHECK(fleet_seed(7, "holders") != fleet_seed(7, "sensors"));
  CHECK(fleet_seed(7, "holders") != fleet_seed(8, "holders"));
  CHECK(describe_load(fleet) == "open loop, Poisson arrivals: 100/s for 5s");
  CHECK(error(with_load("stages: [{rate: 100/s, for: 5s}]\n      arrivals: poison")) ==
        "storm.yaml:25:17: unknown kind of arrivals \"poison\" (did you mean \"poisson\"?)");
  CHECK(error(with_load("stages: [{rate: 1000000/s, for: 1h}]\n      arrivals: poisson")) ==
        "storm.yaml:24:7: more than 100000000 Poisson arrivals (lower the rate or the duration, or "
        "use arrivals: even)");
}

TEST_CASE("periodic clients are read", "[scenario]") {
  const auto fleet = fleet_of("{model: periodic, every: 10s, spread: random, for: 25s}");
  REQUIRE(fleet.periodic);
  CHECK(fleet.periodic->every == 10s);
  CHECK(fleet.periodic->spread == loadgen::Spread::random);
  CHECK(fleet.periodic->seed == fleet_seed(7, "holders"));
  CHECK(load_duration(fleet) == 25s);
  CHECK(describe_load(fleet) == "periodic: each client every 10s, random phases, for 25s");
  CHECK(planned_starts(fleet_of("{model: periodic, every: 10s, for: 25s}")) == 125);
  CHECK(error("stages: [{rate: 10/s, for: 5s}]", "{model: periodic, every: 10s, for: 25s}") ==
        "storm.yaml:24:15: a client that connects once a period cannot keep its connection (use "
        "connect-and-drop, or an open loop)");
}

TEST_CASE("a search is read, and its contradictions found", "[scenario]") {
  const auto fleet = fleet_of(
      "{model: search, from: 100/s, to: 5000/s, step: 5s, precision: 2%, "
      "max_in_flight: 64, warm_up: 1s}");
  REQUIRE(fleet.search);
  CHECK(fleet.search->from == 100);
  CHECK(fleet.search->to == 5000);
  CHECK(fleet.search->step == 5s);
  CHECK(fleet.search->precision == Approx(0.02));
  CHECK(describe_load(fleet) == "search for the knee: 100/s to 5000/s in steps of 5s, within 2%");
  // 1 + 6 doublings + 6 halvings
  CHECK(load_duration(fleet) == 65s);
  CHECK(planned_starts(fleet) == 13 * 25'000);
  const auto refusal = [](const std::string& load) { return error(with_load(load)); };
  CHECK(
      refusal("{model: search, from: 100/s, to: 50/s, step: 5s}") ==
      "storm.yaml:24:7: a search cannot go from 100/s to 50/s (write for example from: 100/s, to: "
      "5000/s)");
  CHECK(refusal("{model: search, from: 100/s, to: 500/s, step: 5s, precision: 0.01%}") ==
        "storm.yaml:24:7: a precision below 0.1% is beyond what runs repeat");
  CHECK(refusal("{model: search, from: 100/s, to: 500/s, step: 5s, warm_up: 5s}") ==
        "storm.yaml:24:7: a warm-up of 5s leaves nothing to measure of 5s");
  CHECK(error("stages: [{rate: 10/s, for: 5s}]",
              "{model: search, from: 100/s, to: 500/s, step: 5s}") ==
        "storm.yaml:24:15: a search needs connections that come and go (use behaviour: "
        "connect-and-drop or handshake)");
}

TEST_CASE("a warm-up must leave something to measure", "[scenario]") {
  CHECK(fleet_of("stages: [{rate: 10/s, for: 5s}]\n      warm_up: 4s").warm_up == 4s);
  CHECK(error(with_load("stages: [{rate: 10/s, for: 5s}]\n      warm_up: 5s")) ==
        "storm.yaml:24:7: a warm-up of 5s leaves nothing to measure of 5s");
}

TEST_CASE("a storm ramps down by its rate, what is held by closing it", "[scenario]") {
  const std::string load = "stages: [{rate: 10/s, for: 5s}]\n      ramp_down: 2s";
  const auto storm = fleet_of(load);
  CHECK(storm.ramp_down == 0s);
  CHECK(describe_load(storm) == "open loop: 10/s for 5s, then 10/s..0/s for 2s");
  const auto held = *read_scenario(with("stages: [{rate: 10/s, for: 5s}]", load)).fleet("holders");
  CHECK(held.ramp_down == 2s);
  CHECK(held.stages.size() == 1);
  CHECK(load_duration(held) == 7s);
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
