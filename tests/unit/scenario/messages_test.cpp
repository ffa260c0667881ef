// The sections "messages" and "mqtt" of fleets that publish and subscribe.
#include <filesystem>
#include <fstream>

#include "harness/scenario/resolved.hpp"
#include "harness/scenario/threshold.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/scenario/fixture.hpp"

using namespace handfast;
using namespace handfast::scenario;
using namespace handfast::scenario::test;
using namespace std::chrono_literals;

namespace {

/// A scenario with one fleet that says `keys` (of two blanks' less indent).
std::string one(const std::string& keys) {
  return "handfast: 1\nname: a\nbroker: {driver: mosquitto, listeners: [tcp]}\nfleets:\n  f:\n"
         "    listener: tcp\n    clients: 5\n    load: {stages: [{rate: 5/s, for: 1s}]}\n" +
         keys;
}

std::string publishing(const std::string& messages) {
  return one("    behaviour: publish\n    messages: {" + messages + "}\n");
}

}  // namespace

TEST_CASE("a publishing fleet is read with all it says", "[scenario]") {
  const auto read = read_scenario(publishing(
      "topic: 'm/{i}/{seq}', qos: 2, retain: true, payload: {size: 1KiB}, rate: 10/s, count: 100, "
      "for: 30s, window: 7, settle: 500ms, properties: {user: {a: b}, expiry: 60s, content_type: "
      "text/plain}"));
  const auto& fleet = read.fleets[0];
  CHECK(fleet.behaviour == loadgen::Behaviour::publish);
  REQUIRE(fleet.messages);
  const auto& messages = *fleet.messages;
  CHECK(messages.topic == "m/{i}/{seq}");
  CHECK(messages.qos == 2);
  CHECK(messages.retain);
  CHECK(messages.payload.bytes == 1024);
  CHECK(messages.payload.tracked);
  CHECK(messages.pace.rate == 10);
  CHECK(messages.pace.count == 100);
  CHECK(messages.pace.duration == 30s);
  CHECK(messages.pace.window == 7);
  CHECK(messages.settle == 500ms);
  CHECK(messages.properties.user.at(0) == std::pair<std::string, std::string>("a", "b"));
  CHECK(messages.properties.expiry == 60s);
  CHECK(messages.properties.content_type == "text/plain");
}

TEST_CASE("a number of messages at a rate needs no duration, everything else does", "[scenario]") {
  CHECK(read_scenario(publishing("rate: 10/s, count: 99")).fleets[0].messages->pace.duration ==
        10s);
  CHECK(
      error(publishing("rate: 10/s")) ==
      "storm.yaml:10:5: \"for\" is missing in \"messages\" (for how long each client publishes; a "
      "rate with a count needs none)");
  CHECK(
      error(publishing("count: 5")) ==
      "storm.yaml:10:5: \"for\" is missing in \"messages\" (for how long each client publishes; a "
      "rate with a count needs none)");
}

TEST_CASE("behaviour and messages must fit", "[scenario]") {
  CHECK(error(one("    behaviour: publish\n")) ==
        "storm.yaml:6:5: behaviour publish needs \"messages\" (write for example messages: {rate: "
        "10/s, for: 10s})");
  CHECK(error(one("    behaviour: hold\n    messages: {}\n")) ==
        "storm.yaml:10:5: \"messages\" does not apply to behaviour hold (it is for publish, "
        "subscribe, echo, request and respond)");
  CHECK(
      error(one("    behaviour: subscribe\n    messages: {topic: a}\n")) ==
      "storm.yaml:10:16: \"topic\" does not apply to behaviour subscribe (it is for publish, echo, "
      "request)");
  CHECK(error(publishing("for: 1s, subscribe: [{filter: a}]")) ==
        "storm.yaml:10:25: \"subscribe\" does not apply to behaviour publish (it is for subscribe, "
        "respond)");
  CHECK(error(publishing("for: 1s, tpoic: a")) ==
        "storm.yaml:10:25: unknown key \"tpoic\" in \"messages\" (did you mean \"topic\"?)");
  CHECK(error(publishing("for: 1s, topic: 'a/#'")) ==
        "storm.yaml:10:15: topic \"a/#\": a topic to publish to has no wildcards");
  CHECK(error(publishing("for: 1s, payload: {size: 1B, template: x}")) ==
        "storm.yaml:10:34: a payload has one content (one of: size, template, file)");
  CHECK(error(publishing("for: 1s, rate: 10")) ==
        "storm.yaml:10:31: rate: rate \"10\" has no unit (write for example 500/s or 30/m)");
  CHECK(error(one("    behaviour: subscribe\n    messages: {subscribe: [{filter: 'a/b#'}]}\n")) ==
        "storm.yaml:10:15: topic filter \"a/b#\": a wildcard must be a level of its own");
  auto closed = publishing("for: 1s");
  closed.replace(closed.find("{stages: [{rate: 5/s, for: 1s}]}"), 32,
                 "{model: closed, in_flight: 5, for: 1s}");
  CHECK(error(closed) ==
        "storm.yaml:8:19: behaviour publish needs the load model open (write for example load: "
        "{stages: [{rate: 100/s, for: 1s}]})");
  auto twice = publishing("for: 1s");
  twice.replace(twice.find("clients: 5"), 10, "clients: 4");
  CHECK(
      error(twice) ==
      "storm.yaml:8:20: the stages start 5 connections, but the fleet holds one for each of its 4 "
      "clients (raise clients to 5, or shorten the stages)");
}

TEST_CASE("payload and logins come from files beside the scenario", "[scenario]") {
  const auto folder = std::filesystem::temp_directory_path() / "handfast-messages-test";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "p.bin") << "content";
  std::ofstream(folder / "users.txt") << "ann:a:b\n\nbob:c\n";
  std::ofstream(folder / "bad.txt") << "ann:a\nbob\n";
  const auto file = (folder / "storm.yaml").string();
  const auto load = [&](const std::string& text) { return read(text, file, known()); };
  const auto good =
      load(one("    behaviour: publish\n    mqtt: {logins: users.txt}\n"
               "    messages: {for: 1s, payload: {file: p.bin, tracked: false}}\n"));
  REQUIRE(good);
  CHECK(as_text(good->fleets[0].messages->payload.file) == "content");
  CHECK_FALSE(good->fleets[0].messages->payload.tracked);
  const auto& logins = good->fleets[0].mqtt.connect.logins;
  REQUIRE(logins.size() == 2);
  CHECK(logins[0].user == "ann");
  CHECK(logins[0].password == "a:b");
  CHECK(logins[1].user == "bob");
  const auto bad = load(one("    mqtt: {logins: bad.txt}\n"));
  REQUIRE_FALSE(bad);
  CHECK(bad.error().text() ==
        (folder / "bad.txt").string() + ": line 2 of the logins is not user:password");
  CHECK_FALSE(load(one("    mqtt: {logins: none.txt}\n")));
  std::filesystem::remove_all(folder);
}

TEST_CASE("what CONNECT carries is read and checked", "[scenario]") {
  const auto read = read_scenario(
      one("    mqtt: {user: 'u-{i}', password: p, clean_start: false, session_expiry: 1h, "
          "receive_maximum: 10, properties: {site: north}, will: {topic: 'gone/{i}', payload: bye, "
          "qos: 1, retain: true, delay: 5s}}\n"));
  const auto& connect = read.fleets[0].mqtt.connect;
  CHECK(connect.user == "u-{i}");
  CHECK(connect.password == "p");
  CHECK_FALSE(connect.clean_start);
  CHECK(connect.session_expiry == 3600s);
  CHECK(connect.receive_maximum == 10);
  CHECK(connect.user_properties.at(0).second == "north");
  REQUIRE(connect.will);
  CHECK(connect.will->topic == "gone/{i}");
  CHECK(connect.will->payload == "bye");
  CHECK(connect.will->qos == 1);
  CHECK(connect.will->retain);
  CHECK(connect.will->delay == 5s);

  CHECK(error(one("    mqtt: {version: 4, session_expiry: 1h}\n")) ==
        "storm.yaml:9:11: MQTT 3.1.1 has no properties in CONNECT (use MQTT version 5)");
  CHECK(error(one("    mqtt: {user: '{seq}'}\n")) ==
        "storm.yaml:9:11: user: unknown placeholder \"{seq}\" (one of: {fleet}, {i}, {n})");
  CHECK(error(one("    mqtt: {session_expiry: 1500ms}\n")) ==
        "storm.yaml:9:28: \"session_expiry\" must be whole seconds up to 4294967295s, not 1500ms");
}

TEST_CASE("a client identifier may carry the number of the start", "[scenario]") {
  CHECK(error(one("    mqtt: {client_id: 'c-{n}'}\n")) == "no error");
}

TEST_CASE("resolved messages read back as themselves", "[scenario]") {
  for (
      const auto& text :
      {publishing("for: 1s"), publishing("rate: 2.5/s, count: 4"),
       publishing("for: 1s, qos: 1, payload: {template: '{\"n\":{seq}}', tracked: false}"),
       publishing("for: 1s, properties: {user: {a: '1', b: x y}, expiry: 5s, content_type: c}"),
       one("    behaviour: subscribe\n    messages: {subscribe: [{filter: 'a/#', qos: 2}, {filter: "
           "b}]}\n"),
       one("    behaviour: echo\n    messages: {rate: 1/s, for: 1s}\n"),
       one("    behaviour: request\n    messages: {topic: s, response_topic: 'r/{i}', for: 1s}\n"),
       one("    behaviour: respond\n    messages: {qos: 1, window: 3, subscribe: [{filter: s}]}\n"),
       one("    mqtt: {user: a, will: {topic: w, delay: 1s}, clean_start: false, "
           "session_expiry: 1h, receive_maximum: 5, properties: {k: v}}\n")}) {
    const auto once = resolved(read_scenario(text));
    INFO(once);
    CHECK(resolved(read_scenario(once)) == once);
  }
}

TEST_CASE("the resolved scenario tells no password, and one that was hidden is asked for",
          "[scenario]") {
  const auto once = resolved(read_scenario(one("    mqtt: {user: a, password: s3cr3t}\n")));
  CHECK(once.find("s3cr3t") == std::string::npos);
  CHECK_THAT(once, Catch::Contains("password: \"(hidden)\""));
  CHECK_THAT(error(one("    mqtt: {user: a, password: (hidden)}\n")),
             Catch::Contains("\"password\" was hidden when the scenario was written out (put the "
                             "password back, or name a file of logins with \"logins\")"));
}

TEST_CASE("thresholds on messages hold or fail by what was counted", "[scenario]") {
  stats::Snapshot snapshot;
  snapshot.elapsed_s = 10;
  snapshot.fleets.emplace_back();
  auto& fleet = snapshot.fleets.back();
  fleet.name = "f";
  fleet.started = 1;
  fleet.messages.emplace();
  const auto observed = [&](const std::string& expression) {
    const auto threshold = parse_threshold(expression);
    INFO(expression);
    REQUIRE(threshold);
    const auto result = evaluate({*threshold}, snapshot, {}).at(0);
    return std::string(result.passed ? "passed: " : "failed: ") + result.observed;
  };
  // Nothing was sent, so nothing is proved.
  CHECK(observed("f.lost == 0") == "failed: no message was to come");
  CHECK(observed("f.unacked == 0") == "failed: no message was to be sent");
  CHECK(observed("f.publish_rate > 1/s") == "failed: less than two messages were sent");
  fleet.messages->planned = fleet.messages->sent = 100;
  fleet.messages->first_sent = 1s;
  fleet.messages->last_sent = 3s;
  fleet.messages->delivered = 98;
  fleet.messages->lost = 2;
  fleet.latency[stats::Phase::delivery].response.record(5ms);
  CHECK(observed("f.lost == 0") == "failed: 2");
  CHECK(observed("f.sent == 100") == "passed: 100");
  CHECK(observed("f.publish_rate >= 50/s") == "passed: 50.0/s");
  CHECK(observed("f.delivery.p99 < 10ms").starts_with("passed: "));
}

TEST_CASE("a threshold on messages needs a fleet that has them", "[scenario]") {
  const auto with_threshold = [](const std::string& text, const std::string& threshold) {
    return error(text + "thresholds: [" + threshold + "]\n");
  };
  CHECK(with_threshold(publishing("for: 1s"), "f.sent > 1") == "no error");
  CHECK(with_threshold(publishing("for: 1s"), "f.delivery.p99 < 1s") ==
        "storm.yaml:11:14: \"delivery\" has no samples: fleet \"f\" subscribes to nothing");
  CHECK(with_threshold(one(""), "f.sent > 1") ==
        "storm.yaml:9:14: \"sent\" has no samples: fleet \"f\" publishes nothing");
}
