#include "core/mqtt/publish.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/mqtt/samples.hpp"

using namespace handfast;
using namespace handfast::mqtt;
using namespace handfast::mqtt::test;

TEST_CASE("PUBLISH decoder rejects QoS 3 and DUP with QoS 0", "[mqtt]") {
  CHECK(error_text(hex("36 05 0001 't' 0001"), v5) ==
        "PUBLISH byte 0: expected QoS 0 to 2, saw 3 (MQTT 5.0 [MQTT-3.3.1-4])");
  CHECK(error_text(hex("38 03 0001 't'"), v3) ==
        "PUBLISH byte 0: expected DUP 0 with QoS 0, saw DUP 1 (MQTT 3.1.1 [MQTT-3.3.1-2])");
}

TEST_CASE("PUBLISH decoder checks the topic name", "[mqtt]") {
  CHECK(error_text(hex("30 05 0003 'a/+'"), v3) ==
        "PUBLISH byte 6: expected topic name without wildcards, saw \"a/+\" (MQTT 3.1.1 "
        "[MQTT-3.3.2-2])");
  CHECK(error_text(hex("30 04 0001 '#' 00"), v5) ==
        "PUBLISH byte 4: expected topic name without wildcards, saw \"#\" (MQTT 5.0 "
        "[MQTT-3.3.2-2])");
  CHECK(error_text(hex("30 02 0000"), v3) ==
        "PUBLISH byte 2: expected a topic name, saw an empty topic name (MQTT 3.1.1 "
        "[MQTT-4.7.3-1])");
  CHECK(error_text(hex("30 03 0000 00"), v5) ==
        "PUBLISH byte 2: expected a topic name or a topic alias, saw an empty topic name (MQTT "
        "5.0 §3.3.2.1)");
  CHECK(error_text(hex("30 03 0005 't'"), v3) ==
        "PUBLISH byte 2: expected topic name of 5 bytes, saw 1 byte before the packet's end (MQTT "
        "3.1.1 §2.2.3)");
  CHECK(error_text(hex("30 03 0001 ff"), v3) ==
        "PUBLISH byte 4: expected topic name in well-formed UTF-8, saw 0xff (MQTT 3.1.1 "
        "[MQTT-1.5.3-1])");
}

TEST_CASE("PUBLISH decoder rejects packet identifier 0", "[mqtt]") {
  CHECK(error_text(hex("32 05 0001 't' 0000"), v3) ==
        "PUBLISH byte 5: expected a non-zero packet identifier, saw 0 (MQTT 3.1.1 "
        "[MQTT-2.3.1-1])");
}

TEST_CASE("PUBLISH decoder checks its own properties", "[mqtt]") {
  CHECK(error_text(hex("30 07 0001 't' 03 23 0000"), v5) ==
        "PUBLISH byte 7: expected topic_alias above 0, saw 0 (MQTT 5.0 [MQTT-3.3.2-8])");
  CHECK(error_text(hex("30 09 0001 't' 05 08 0002 'a#'"), v5) ==
        "PUBLISH byte 10: expected response_topic without wildcards, saw \"a#\" (MQTT 5.0 "
        "[MQTT-3.3.2-14])");
  CHECK(error_text(hex("30 06 0001 't' 02 0b 00"), v5) ==
        "PUBLISH byte 7: expected subscription_identifier above 0, saw 0 (MQTT 5.0 §3.8.2.1.2)");
  CHECK(error_text(hex("30 06 0001 't' 02 01 02"), v5) ==
        "PUBLISH byte 7: expected payload_format_indicator of 0 to 1, saw 2 (MQTT 5.0 "
        "§3.3.2.3.2)");
}

TEST_CASE("a byte-order mark in a topic is an ordinary character", "[mqtt]") {
  const auto bytes = hex("30 06 0004 efbbbf 't'");
  const auto decoded = decode_packet(bytes, v3);
  REQUIRE(decoded.has_value());
  CHECK(std::get<Publish>(decoded->packet).topic == "\xef\xbb\xbft");
}

TEST_CASE("the view of a PUBLISH points into the packet", "[mqtt]") {
  const auto bytes = hex("3c 15 0000 0001 0c 23 0001 0b 01 0b 8001 08 0001 'r' 'data'");
  const auto frame = scan_packet(bytes).value();
  const auto view = view_publish(frame, v5);
  REQUIRE(view);
  CHECK(view->dup);
  CHECK(view->qos == 2);
  CHECK_FALSE(view->retain);
  CHECK(view->topic.empty());
  CHECK(view->packet_id == 1);
  CHECK(to_hex(view->properties) ==
        "2300010b010b8001080001"
        "72");
  CHECK(as_text(view->payload) == "data");
  CHECK(view->payload.data() == bytes.data() + 19);
}

TEST_CASE("the view of a PUBLISH that is too short is an error", "[mqtt]") {
  const auto text = [](const char* bytes) {
    const auto input = hex(bytes);
    const auto view = view_publish(scan_packet(input).value(), v5);
    return view ? std::string("a view") : view.error().text();
  };
  CHECK(text("30 04 0001 't' 09") ==
        "PUBLISH byte 6: expected properties (9 bytes), saw 0 bytes before the packet's end (MQTT "
        "5.0 §2.1.4)");
  CHECK(text("32 03 0001 't'") ==
        "PUBLISH byte 5: expected packet identifier (2 bytes), saw 0 bytes before the packet's "
        "end (MQTT 5.0 §2.1.4)");
}

TEST_CASE("encoding a PUBLISH view into a buffer with room allocates nothing", "[mqtt]") {
  const Bytes payload(1000, 0x55);
  const PublishView publish{.qos = 1, .topic = "load/t", .packet_id = 9, .payload = payload};
  Bytes out;
  REQUIRE(encode_publish(out, v5, publish));
  const auto first = out;
  const auto* storage = out.data();
  out.clear();
  REQUIRE(encode_publish(out, v5, publish));
  CHECK(out.data() == storage);
  CHECK(out == first);
  // 2 + 6 topic, 2 identifier, 1 property length, 1000 payload: 1011 is f3 07.
  CHECK(to_hex(ByteView(out).first(14)) ==
        "32f3070006"
        "6c6f61642f74"
        "0009"
        "00");
}

TEST_CASE("a PUBLISH above the largest Remaining Length cannot be encoded", "[mqtt]") {
  Bytes out;
  const Bytes payload(max_varint - 1);
  const auto result = encode_publish(out, v3, PublishView{.topic = "t", .payload = payload});
  REQUIRE_FALSE(result);
  CHECK(result.error().text() ==
        "PUBLISH: the packet has 268435457 bytes, the format holds 268435455");
  CHECK(out.empty());
}
