// Messages written by hand from the tables of MQTT-SN 1.2.
#include "tests/unit/datagrams/talk.hpp"

using namespace handfast;
using namespace handfast::loadgen;
using namespace handfast::loadgen::test;
using namespace std::chrono_literals;

namespace {

DatagramSpec sensor_spec() { return {.application = Application::mqtt_sn, .retry = {10s, 2}}; }

mqtt::Connect hello() {
  return {.version = mqtt::Version::v3_1_1, .client_id = "c1", .keep_alive_s = 60};
}

/// A client whose CONNECT was accepted.
Talk accepted() {
  Talk talk(sensor_spec());
  talk.say(hello());
  CHECK(talk.messages() == Texts{hex_text("08 04 04 01 003c 'c1'")});
  talk.hear("03 05 00");
  CHECK(talk.packets() == Texts{"CONNACK session_present=0 code=0 accepted"});
  return talk;
}

mqtt::Publish reading(std::uint8_t qos, std::uint16_t id = 7) {
  return {.qos = qos,
          .topic = "a/b",
          .packet_id = static_cast<std::uint16_t>(qos > 0 ? id : 0),
          .payload = payload("on")};
}

/// accepted() with topic a/b registered as 0x0102 and nothing under way.
Talk registered() {
  Talk talk = accepted();
  talk.say(reading(0));
  CHECK(talk.messages() == Texts{hex_text("09 0a 0000 0001 'a/b'")});
  talk.hear("07 0b 0102 0001 00");
  CHECK(talk.messages() == Texts{hex_text("09 0c 00 0102 0000 'on'")});
  CHECK_FALSE(talk.waits());
  return talk;
}

}  // namespace

TEST_CASE("a refused CONNECT ends with the code's name", "[mqttsn][loadgen]") {
  Talk talk(sensor_spec());
  talk.say(hello());
  talk.hear("03 05 01");
  CHECK(talk.cause() == "mqttsn:connack:congestion(1)");
}

TEST_CASE("a will goes its way between CONNECT and CONNACK", "[mqttsn][loadgen]") {
  Talk talk(sensor_spec());
  auto packet = hello();
  packet.will = mqtt::Will{.topic = "w", .payload = payload("gone"), .qos = 1, .retain = true};
  talk.say(packet);
  CHECK(talk.messages() == Texts{hex_text("08 04 0c 01 003c 'c1'")});
  talk.hear("02 06");
  CHECK(talk.messages() == Texts{hex_text("04 07 30 'w'")});
  talk.hear("02 08");
  CHECK(talk.messages() == Texts{hex_text("06 09 'gone'")});
  talk.hear("03 05 00");
  CHECK(talk.packets() == Texts{"CONNACK session_present=0 code=0 accepted"});
}

TEST_CASE("a topic is registered once, before its first message", "[mqttsn][loadgen]") {
  Talk talk = registered();
  talk.say(reading(0));
  CHECK(talk.messages() == Texts{hex_text("09 0c 00 0102 0000 'on'")});
}

TEST_CASE("messages of QoS 1 go one at a time, and each PUBACK lets the next go",
          "[mqttsn][loadgen]") {
  Talk talk = registered();
  talk.say(reading(1, 7));
  CHECK(talk.messages() == Texts{hex_text("09 0c 20 0102 0007 'on'")});
  talk.say(reading(1, 8));
  CHECK(talk.messages().empty());
  talk.hear("07 0d 0102 0007 00");
  CHECK(talk.packets() == Texts{"PUBACK id=7"});
  CHECK(talk.messages() == Texts{hex_text("09 0c 20 0102 0008 'on'")});
}

TEST_CASE("QoS 2 takes its four steps", "[mqttsn][loadgen]") {
  Talk talk = registered();
  talk.say(reading(2));
  CHECK(talk.messages() == Texts{hex_text("09 0c 40 0102 0007 'on'")});
  talk.hear("04 0f 0007");
  CHECK(talk.packets() == Texts{"PUBREC id=7"});
  talk.say(mqtt::Pubrel{.packet_id = 7});
  CHECK(talk.messages() == Texts{"04100007"});
  talk.hear("04 0f 0007");  // the gateway had not got it yet
  CHECK(talk.packets().empty());
  talk.hear("04 0e 0007");
  CHECK(talk.packets() == Texts{"PUBCOMP id=7"});
  CHECK_FALSE(talk.waits());
}

TEST_CASE("a request without an answer is repeated as a duplicate, then given up",
          "[mqttsn][loadgen]") {
  Talk talk = registered();
  talk.say(reading(1));
  for (int i = 0; i < 2; ++i) {
    talk.wait(10s);
    CHECK(talk.messages() == Texts{hex_text("09 0c a0 0102 0007 'on'")});
  }
  talk.wait(10s);
  CHECK(talk.messages().empty());
  CHECK(talk.cause() == "mqttsn:no_answer");
}

TEST_CASE("an id that the gateway forgot is registered again, and the message with it",
          "[mqttsn][loadgen]") {
  Talk talk = registered();
  talk.say(reading(1));
  talk.hear("07 0d 0102 0007 02");
  CHECK(talk.oddities() == Texts{"mqttsn:puback:invalid_topic_id(2)"});
  CHECK(talk.messages() == Texts{hex_text("09 0a 0000 0002 'a/b'")});
  talk.hear("07 0b 0103 0002 00");
  CHECK(talk.messages() == Texts{hex_text("09 0c 20 0103 0007 'on'")});
  talk.hear("07 0d 0103 0007 01");
  CHECK(talk.cause() == "mqttsn:puback:congestion(1)");
}

TEST_CASE("filters are subscribed one after the other, and answered together",
          "[mqttsn][loadgen]") {
  Talk talk = accepted();
  talk.say(mqtt::Subscribe{
      .packet_id = 9, .subscriptions = {{.filter = "a", .qos = 1}, {.filter = "b/#", .qos = 0}}});
  CHECK(talk.messages() == Texts{hex_text("06 12 20 0009 'a'")});
  talk.hear("08 13 20 0005 0009 00");
  CHECK(talk.packets().empty());
  CHECK(talk.messages() == Texts{hex_text("08 12 00 0009 'b/#'")});
  talk.hear("08 13 00 0000 0009 03");
  CHECK(talk.packets() == Texts{"SUBACK id=9 code=1 success_maximum_qos_1 code=128 failure"});
  CHECK(talk.oddities() == Texts{"mqttsn:suback:not_supported(3)"});
  // The id of the first came with its SUBACK.
  talk.hear("09 0c 20 0005 0003 'hi'");
  CHECK(talk.packets() == Texts{"PUBLISH qos=1 id=3 topic=\"a\" payload=2 bytes"});
  talk.say(mqtt::Puback{.packet_id = 3});
  CHECK(talk.messages() == Texts{"070d0005000300"});
}

TEST_CASE("the gateway registers what a wildcard brings", "[mqttsn][loadgen]") {
  Talk talk = accepted();
  talk.hear("09 0a 0011 0022 'b/x'");
  CHECK(talk.messages() == Texts{"070b0011002200"});
  talk.hear("09 0c 00 0011 0000 'hi'");
  CHECK(talk.packets() == Texts{"PUBLISH qos=0 topic=\"b/x\" payload=2 bytes"});
  talk.hear("09 0c 02 'xy' 0000 'hi'");
  CHECK(talk.packets() == Texts{"PUBLISH qos=0 topic=\"xy\" payload=2 bytes"});
}

TEST_CASE("pings and the end of the session are what they are in MQTT", "[mqttsn][loadgen]") {
  Talk talk = accepted();
  talk.say(mqtt::Pingreq{});
  CHECK(talk.messages() == Texts{"0216"});
  talk.hear("02 17");
  CHECK(talk.packets() == Texts{"PINGRESP"});
  talk.hear("02 16");
  CHECK(talk.messages() == Texts{"0217"});
  talk.say(mqtt::Disconnect{});
  CHECK(talk.messages() == Texts{"0218"});
  talk.hear("02 18");
  CHECK(talk.cause() == "mqttsn:disconnect");
}

TEST_CASE("what a gateway should not send is counted by name and survived", "[mqttsn][loadgen]") {
  Talk talk = accepted();
  const auto oddity = [&](std::string_view bytes) {
    talk.hear(bytes);
    CHECK(talk.cause().empty());
    CHECK(talk.packets().empty());
    REQUIRE(talk.oddities().size() == 1);
    return talk.oddities().front();
  };
  CHECK(oddity("00") == "mqttsn:bad_length_form");
  CHECK(oddity("03 17") == "mqttsn:wrong_length");
  CHECK(oddity("02 ff") == "mqttsn:unknown_type");
  CHECK(oddity("03 05 00") == "mqttsn:unexpected_CONNACK");
  CHECK(oddity("07 0b 0001 0001 00") == "mqttsn:unexpected_REGACK");
  CHECK(oddity("07 0d 0001 0001 00") == "mqttsn:unexpected_PUBACK");
  CHECK(oddity("07 0d 0001 0000 02") == "mqttsn:puback:invalid_topic_id(2)");
  CHECK(oddity("04 0f 0001") == "mqttsn:unexpected_PUBREC");
  CHECK(oddity("04 0e 0001") == "mqttsn:unexpected_PUBCOMP");
  CHECK(oddity("08 13 00 0001 0001 00") == "mqttsn:unexpected_SUBACK");
  CHECK(oddity("08 04 04 01 003c 'c1'") == "mqttsn:unexpected_CONNECT");
  CHECK(oddity("05 00 01 03 84") == "mqttsn:unexpected_ADVERTISE");
  CHECK(oddity("09 0c 20 0777 0003 'hi'") == "mqttsn:unknown_topic_id");
  CHECK(talk.messages() == Texts{"070d0777000302"});
}

TEST_CASE("who does not connect publishes with QoS -1, and needs no answer", "[mqttsn][loadgen]") {
  DatagramSpec spec = sensor_spec();
  spec.connectionless = true;
  auto packet = reading(0);
  packet.topic = "ab";
  SECTION("to a topic of two characters") {
    Talk talk(spec);
    talk.say(hello());
    CHECK(talk.messages().empty());
    CHECK(talk.packets() == Texts{"CONNACK session_present=0 code=0 accepted"});
    talk.say(packet);
    CHECK(talk.messages() == Texts{hex_text("09 0c 62 'ab' 0000 'on'")});
    CHECK_FALSE(talk.waits());
    talk.say(mqtt::Pingreq{});
    CHECK(talk.messages().empty());
    CHECK(talk.packets() == Texts{"PINGRESP"});
    talk.say(mqtt::Disconnect{});
    CHECK(talk.messages().empty());
  }
  SECTION("to a topic whose id both sides know") {
    spec.topic_id = 7;
    Talk talk(spec);
    talk.say(hello());
    talk.say(packet);
    CHECK(talk.messages() == Texts{hex_text("09 0c 61 0007 0000 'on'")});
  }
  SECTION("to no other") {
    Talk talk(spec);
    talk.say(hello());
    talk.say(reading(0));
    CHECK(talk.cause() == "mqttsn:topic_needs_registration");
  }
}

TEST_CASE("a subscriber falls asleep, wakes for what was kept, and sleeps on",
          "[mqttsn][loadgen]") {
  DatagramSpec spec = sensor_spec();
  spec.sleep = Sleep{.wake = 30s, .duration = 300s};
  Talk talk(spec);
  talk.say(hello());
  talk.hear("03 05 00");
  mqtt::Subscribe packet{.packet_id = 5};
  packet.subscriptions.push_back({.filter = "a/b", .qos = 1});
  talk.say(packet);
  talk.hear("08 13 20 0102 0005 00");
  CHECK(talk.messages() == Texts{hex_text("04 18 012c")});
  talk.wait(10s);  // the gateway's answer was lost
  CHECK(talk.messages() == Texts{hex_text("04 18 012c")});
  talk.hear("02 18");
  CHECK(talk.cause().empty());
  talk.say(mqtt::Pingreq{});
  CHECK(talk.messages().empty());
  CHECK(talk.packets() == Texts{"PINGRESP"});
  talk.hear("02 18");  // that answer after all
  CHECK(talk.oddities() == Texts{"mqttsn:unexpected_DISCONNECT"});

  for (int round = 0; round < 2; ++round) {
    talk.wait(30s);
    CHECK(talk.messages() == Texts{hex_text("04 16 'c1'")});
    talk.hear("09 0c 20 0102 0009 'on'");
    CHECK(talk.packets().size() == 1);
    talk.hear("02 17");
    CHECK(talk.packets().empty());
    CHECK(talk.messages().empty());
  }
  talk.wait(30s);
  talk.hear("02 18");  // in place of PINGRESP: it has forgotten us
  CHECK(talk.cause() == "mqttsn:disconnect");
}
