#include "loadgen/plan.hpp"

#include "core/mqtt/publish.hpp"
#include "loadgen/message_header.hpp"
#include "tests/unit/messages/activity_bench.hpp"

using namespace handfast;
using namespace handfast::loadgen;
using namespace std::chrono_literals;

namespace {

std::string refusal(const FleetSpec& fleet) {
  const auto plan = make_message_plan(fleet, 0);
  REQUIRE_FALSE(plan);
  return plan.error().text();
}

FleetSpec publisher(const MessageSpec& spec) { return message_fleet(Behaviour::publish, spec); }

}  // namespace

TEST_CASE("A message plan refuses what could never work, and says why", "[messages]") {
  CHECK(refusal(publisher({.topic = "a/+"})) ==
        "topic \"a/+\": a topic to publish to has no wildcards");
  CHECK(
      refusal(publisher({.topic = "a/{x}"})) ==
      "topic: unknown placeholder \"{x}\" (one of: {fleet}, {i}, {n}, {seq}, {time}, {random:N})");
  CHECK(refusal(publisher({.pace = {.window = 0}})) == "the window must be 1 to 65534");
  CHECK(refusal(publisher({.pace = {.rate = -1}})) ==
        "the message rate must be a number of at least 0");
  CHECK(refusal(publisher({.qos = 3})) == "QoS must be 0 to 2");
  CHECK(refusal(message_fleet(Behaviour::subscribe)) == "it subscribes, but has no topic filter");
  MessageSpec twice;
  twice.subscriptions = {{"a", 0}, {"a", 1}};
  CHECK(refusal(message_fleet(Behaviour::subscribe, twice)) ==
        "topic filter \"a\" stands there twice");
  MessageSpec shared;
  shared.subscriptions = {{"$share/g/a", 0}, {"b", 0}};
  CHECK(refusal(message_fleet(Behaviour::subscribe, shared)) ==
        "a shared subscription must be the only one of its fleet (what each member owes could not "
        "be told apart)");
  CHECK(refusal(message_fleet(Behaviour::echo, {.topic = "e/{seq}"})) ==
        "an echo client hears one topic, but its topic varies (leave out {seq}, {time} and "
        "{random:N})");
  CHECK(refusal(message_fleet(Behaviour::echo, {.payload = {.bytes = 10}})) ==
        "its messages carry no header, so none could be recognized (a tracked payload has at least "
        "48 bytes)");
  FleetSpec old = message_fleet(Behaviour::request);
  old.mqtt_level = 4;
  CHECK(refusal(old) ==
        "request and response need MQTT 5.0 (response topic, 5.0 4.10) (use MQTT version 5)");
  old = publisher({.properties = {.content_type = "text/plain"}});
  old.mqtt_level = 4;
  CHECK(refusal(old) == "MQTT 3.1.1 has no properties (use MQTT version 5)");
}

TEST_CASE("Payloads carry the header where they are tracked", "[messages]") {
  const auto tracked = [](const MessageSpec& spec) { return plan_for(publisher(spec)); };
  CHECK(tracked({.payload = {.bytes = 48}}).tracked);
  CHECK_FALSE(tracked({.payload = {.bytes = 47}}).tracked);
  CHECK(tracked({.payload = {.bytes = 100}}).largest_payload() == 100);
  const Payload file{.kind = Payload::Kind::file, .file = {'a', 'b'}};
  CHECK(tracked({.payload = file}).largest_payload() == MessageHeader::size + 2);
  Payload exact = file;
  exact.tracked = false;
  CHECK(tracked({.payload = exact}).content == Bytes{'a', 'b'});
}

TEST_CASE("A text payload is rendered for each message, behind its header", "[messages]") {
  MessageSpec spec{.payload = {.kind = Payload::Kind::text, .text = R"({"n":{seq}})"},
                   .pace = {.rate = 100, .duration = 1s}};
  ActivityBench bench(publisher(spec));
  bench.connack();
  bench.now += 10ms;
  bench.work();
  const auto second = bench.published().at(1);
  CHECK(as_text(ByteView(second.payload).subspan(MessageHeader::size)) == R"({"n":1})");
  spec.payload.tracked = false;
  ActivityBench plain(publisher(spec));
  plain.connack();
  plain.work();
  CHECK(as_text(plain.published().at(0).payload) == R"({"n":0})");
  CHECK(plain.messages().untracked == 1);
}

TEST_CASE("Properties stand in every message", "[messages]") {
  const MessageSpec spec{
      .pace = {.rate = 100, .duration = 1s},
      .properties = {
          .user = {{"a", "1"}, {"b", "2"}}, .expiry = 60s, .content_type = "text/plain"}};
  ActivityBench bench(publisher(spec));
  bench.connack();
  bench.work();
  const auto properties = bench.published().at(0).properties;
  CHECK(mqtt::find_number(properties, mqtt::PropertyId::message_expiry_interval) == 60U);
  CHECK(*mqtt::find_text(properties, mqtt::PropertyId::content_type) == "text/plain");
  CHECK(properties.size() == 4);
}

TEST_CASE("A run is longer by its publishing, and its fleets meet on one board", "[messages]") {
  FleetSpec fleet = publisher({.pace = {.duration = 7s}});
  fleet.endpoint = {.transport = Transport::tcp, .host = "127.0.0.1", .port = 1883};
  fleet.stages = {{10, 10, 1s}};
  FleetSpec other = message_fleet(Behaviour::subscribe);
  other.name = "other";
  other.endpoint = fleet.endpoint;
  other.stages = {{5, 5, 2s}};
  other.messages->subscriptions = {{"#", 0}};
  const auto plan = make_plan({fleet, other}, {});
  REQUIRE(plan);
  CHECK(plan->duration == 9s);
  REQUIRE(plan->board);
  CHECK(plan->fleets[0].board == plan->board);

  FleetSpec held = publisher({});  // publishing runs beside those who exchange nothing
  held.name = "held";
  held.behaviour = Behaviour::hold;
  held.messages.reset();
  held.endpoint = fleet.endpoint;
  held.stages = {{1, 1, 8s}};
  CHECK(make_plan({fleet, other, held}, {})->duration == 9s);
  held.stages = {{1, 1, 12s}};
  CHECK(make_plan({fleet, other, held}, {})->duration == 12s);
  for (int i = 0; i < 10; ++i) {
    CHECK_FALSE(plan->board->subscribers_ready());
    CHECK_FALSE(plan->board->publishing_over());
    plan->board->subscriber_settled();
    plan->board->publisher_finished();
  }
  CHECK(plan->board->subscribers_ready());
  CHECK(plan->board->publishing_over());

  fleet.messages.reset();
  const auto bad = make_plan({fleet}, {});
  REQUIRE_FALSE(bad);
  CHECK(bad.error().text() == "fleet \"fleet\": messages and behaviour do not fit");
}
