#include "core/mqtt/ack.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/mqtt/samples.hpp"

using namespace handfast;
using namespace handfast::mqtt;
using namespace handfast::mqtt::test;

TEST_CASE("acknowledgement decoders check the fixed flags", "[mqtt]") {
  CHECK(error_text(hex("42 02 0001"), v5) ==
        "PUBACK byte 0: expected fixed header flags 0x0, saw 0x2 (MQTT 5.0 [MQTT-2.1.3-1])");
  CHECK(error_text(hex("51 02 0001"), v3) ==
        "PUBREC byte 0: expected fixed header flags 0x0, saw 0x1 (MQTT 3.1.1 [MQTT-2.2.2-2])");
  CHECK(error_text(hex("60 02 0001"), v3) ==
        "PUBREL byte 0: expected fixed header flags 0x2, saw 0x0 (MQTT 3.1.1 [MQTT-3.6.1-1])");
  CHECK(error_text(hex("72 02 0001"), v5) ==
        "PUBCOMP byte 0: expected fixed header flags 0x0, saw 0x2 (MQTT 5.0 [MQTT-2.1.3-1])");
}

TEST_CASE("acknowledgement decoders check codes by each packet's own list", "[mqtt]") {
  CHECK(error_text(hex("40 03 0001 92"), v5) ==
        "PUBACK byte 4: expected a listed reason code, saw 0x92 (MQTT 5.0 [MQTT-3.4.2-1])");
  CHECK(error_text(hex("50 03 0001 01"), v5) ==
        "PUBREC byte 4: expected a listed reason code, saw 0x01 (MQTT 5.0 [MQTT-3.5.2-1])");
  CHECK(error_text(hex("62 03 0001 80"), v5) ==
        "PUBREL byte 4: expected a listed reason code, saw 0x80 (MQTT 5.0 [MQTT-3.6.2-1])");
  CHECK(error_text(hex("70 03 0001 10"), v5) ==
        "PUBCOMP byte 4: expected a listed reason code, saw 0x10 (MQTT 5.0 [MQTT-3.7.2-1])");
}

TEST_CASE("acknowledgement decoders check identifier and length", "[mqtt]") {
  CHECK(error_text(hex("40 02 0000"), v5) ==
        "PUBACK byte 2: expected a non-zero packet identifier, saw 0 (MQTT 5.0 §2.2.1)");
  CHECK(error_text(hex("40 03 0001 00"), v3) ==
        "PUBACK byte 4: expected the packet's end, saw 1 byte more (MQTT 3.1.1 §3.4.1)");
  CHECK(error_text(hex("40 01 00"), v3) ==
        "PUBACK byte 2: expected packet identifier (2 bytes), saw 1 byte before the packet's end "
        "(MQTT 3.1.1 §2.2.3)");
}

TEST_CASE("the long forms of an empty acknowledgement mean the same as the short one", "[mqtt]") {
  for (const auto* form : {"40 02 000a", "40 03 000a 00", "40 04 000a 00 00"}) {
    CAPTURE(form);
    const auto bytes = hex(form);
    const auto decoded = decode_packet(bytes, v5);
    REQUIRE(decoded.has_value());
    CHECK(decoded->packet == Packet(Puback{10, 0, {}}));
  }
}

TEST_CASE("peeking at an acknowledgement answers identifier and code", "[mqtt]") {
  const auto coded = hex("50 03 0102 97");
  const auto view = peek_ack(scan_packet(coded).value());
  REQUIRE(view);
  CHECK(view->packet_id == 0x0102);
  CHECK(view->code == 0x97);
  const auto plain = hex("70 02 0102");
  CHECK(peek_ack(scan_packet(plain).value())->code == 0);
  const auto short_one = hex("40 01 01");
  CHECK_FALSE(peek_ack(scan_packet(short_one).value()));
  for (const auto* other : {"30 03 0001 't'", "82 02 0001"}) {
    const auto bytes = hex(other);
    CHECK_FALSE(peek_ack(scan_packet(bytes).value()));
  }
}
