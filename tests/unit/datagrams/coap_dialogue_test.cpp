// Messages written by hand from RFC 7252 and RFC 7641.
#include "tests/unit/datagrams/talk.hpp"

using namespace handfast;
using namespace handfast::loadgen;
using namespace handfast::loadgen::test;
using namespace std::chrono_literals;

namespace {

DatagramSpec coap_spec() { return {.application = Application::coap, .retry = {2s, 4}}; }

/// A client whose CONNECT was answered.
Talk connected() {
  Talk talk(coap_spec());
  talk.say(mqtt::Connect{.version = mqtt::Version::v3_1_1});
  CHECK(talk.messages() == Texts{"40000001"});
  talk.hear("70 00 0001");
  CHECK(talk.packets() == Texts{"CONNACK session_present=0 code=0 accepted"});
  return talk;
}

mqtt::Publish message(std::uint8_t qos) {
  return {.qos = qos,
          .topic = "a/b",
          .packet_id = static_cast<std::uint16_t>(qos > 0 ? 7 : 0),
          .payload = payload("on")};
}

mqtt::Subscribe filter() { return {.packet_id = 9, .subscriptions = {{.filter = "t", .qos = 1}}}; }

}  // namespace

TEST_CASE("CONNECT and PINGREQ are CoAP pings, which a reset answers", "[coap][loadgen]") {
  Talk talk = connected();
  CHECK_FALSE(talk.waits());
  talk.say(mqtt::Pingreq{});
  CHECK(talk.messages() == Texts{"40000002"});
  talk.hear("70 00 0002");
  CHECK(talk.packets() == Texts{"PINGRESP"});
}

TEST_CASE("a message of QoS 0 is a non-confirmable PUT that nobody waits for", "[coap][loadgen]") {
  Talk talk = connected();
  talk.say(message(0));
  CHECK(talk.messages() == Texts{hex_text("54 03 0002 00000001 b2 'ps' 01 'a' 01 'b' ff 'on'")});
  CHECK_FALSE(talk.waits());
  talk.hear("54 44 1234 00000001");
  CHECK(talk.packets().empty());
  CHECK(talk.oddities().empty());
  talk.hear("54 81 1235 00000001");
  CHECK(talk.oddities() == Texts{"coap:4.01"});
}

TEST_CASE("a message of QoS 1 is a confirmable PUT, and its answer the PUBACK", "[coap][loadgen]") {
  Talk talk = connected();
  talk.say(message(1));
  CHECK(talk.messages() == Texts{hex_text("44 03 0002 00000001 b2 'ps' 01 'a' 01 'b' ff 'on'")});
  SECTION("in the acknowledgement") {
    talk.hear("64 44 0002 00000001");
    CHECK(talk.packets() == Texts{"PUBACK id=7"});
  }
  SECTION("in a message of its own, which is acknowledged") {
    talk.hear("60 00 0002");
    CHECK(talk.packets().empty());
    talk.hear("44 41 5555 00000001");
    CHECK(talk.messages() == Texts{"60005555"});
    CHECK(talk.packets() == Texts{"PUBACK id=7"});
    talk.hear("44 41 5555 00000001");
    CHECK(talk.messages() == Texts{"60005555"});
    CHECK(talk.packets().empty());
  }
  SECTION("a refusal ends the connection by its code") {
    talk.hear("64 81 0002 00000001");
    CHECK(talk.cause() == "coap:publish:4.01");
  }
  SECTION("a reset too") {
    talk.hear("70 00 0002");
    CHECK(talk.cause() == "coap:reset");
  }
}

TEST_CASE("confirmable messages go one at a time, in order", "[coap][loadgen]") {
  Talk talk = connected();
  talk.say(message(1));
  talk.say(message(1));
  CHECK(talk.messages().empty());
  talk.hear("64 44 0002 00000001");
  CHECK(talk.messages() == Texts{hex_text("44 03 0003 00000002 b2 'ps' 01 'a' 01 'b' ff 'on'")});
}

TEST_CASE("a confirmable message is sent again after 2, 4, 8 and 16 seconds, then given up",
          "[coap][loadgen]") {
  Talk talk = connected();
  talk.say(message(1));
  const auto first = talk.messages();
  for (const auto wait : {2s, 4s, 8s, 16s}) {
    talk.wait(wait);
    CHECK(talk.messages() == first);
    CHECK(talk.cause().empty());
  }
  talk.wait(32s);
  CHECK(talk.messages().empty());
  CHECK(talk.cause() == "coap:no_answer");
}

TEST_CASE("SUBSCRIBE is a GET with Observe, and notifications are messages", "[coap][loadgen]") {
  Talk talk = connected();
  talk.say(filter());
  CHECK(talk.messages() == Texts{hex_text("44 01 0002 00000001 60 52 'ps' 01 't'")});
  talk.hear("64 45 0002 00000001 61 05 ff 'old'");
  CHECK(talk.packets() == Texts{"SUBACK id=9 code=1 success_maximum_qos_1",
                                "PUBLISH qos=0 retain=1 topic=\"t\" payload=3 bytes"});
  talk.hear("54 45 7001 00000001 61 06 ff 'new'");
  CHECK(talk.packets() == Texts{"PUBLISH qos=0 topic=\"t\" payload=3 bytes"});
  CHECK(talk.messages().empty());
  talk.hear("44 45 7002 00000001 61 07 ff 'new'");
  CHECK(talk.messages() == Texts{"60007002"});
  CHECK(talk.packets() == Texts{"PUBLISH qos=0 topic=\"t\" payload=3 bytes"});
}

TEST_CASE("a topic that is not there is created empty and observed again", "[coap][loadgen]") {
  Talk talk = connected();
  talk.say(filter());
  talk.hear("64 84 0002 00000001");
  CHECK(talk.messages() == Texts{hex_text("44 03 0003 00000002 b2 'ps' 01 't'")});
  talk.hear("64 41 0003 00000002");
  CHECK(talk.messages() == Texts{hex_text("44 01 0004 00000003 60 52 'ps' 01 't'")});
  SECTION("it is there now") {
    talk.hear("64 45 0004 00000003 60");
    CHECK(talk.packets() == Texts{"SUBACK id=9 code=1 success_maximum_qos_1"});
  }
  SECTION("it still is not") {
    talk.hear("64 84 0004 00000003");
    CHECK(talk.packets() == Texts{"SUBACK id=9 code=128 failure"});
    CHECK(talk.oddities() == Texts{"coap:4.04"});
  }
  SECTION("it cannot be observed") {
    talk.hear("64 45 0004 00000003");
    CHECK(talk.packets() == Texts{"SUBACK id=9 code=128 failure"});
    CHECK(talk.oddities() == Texts{"coap:not_observable"});
  }
}

TEST_CASE("what a CoAP server should not send is counted by name and survived", "[coap][loadgen]") {
  Talk talk = connected();
  talk.hear("40");
  CHECK(talk.oddities() == Texts{"coap:too_short"});
  talk.hear("44 01 0001 aabb");
  CHECK(talk.oddities() == Texts{"coap:token_overrun"});
  talk.hear("60 00 4242");
  CHECK(talk.oddities() == Texts{"coap:unexpected_acknowledgement"});
  talk.hear("40 01 4243");
  CHECK(talk.oddities() == Texts{"coap:request"});
  CHECK(talk.messages() == Texts{"70004243"});
  talk.hear("40 00 4244");  // its ping
  CHECK(talk.messages() == Texts{"70004244"});
  CHECK(talk.oddities().empty());
  CHECK(talk.cause().empty());
}
