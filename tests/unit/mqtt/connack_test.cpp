#include "core/mqtt/connack.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/mqtt/samples.hpp"

using namespace handfast;
using namespace handfast::mqtt;
using namespace handfast::mqtt::test;

TEST_CASE("CONNACK decoder rejects reserved acknowledge flags", "[mqtt]") {
  CHECK(error_text(hex("20 02 04 00"), v3) ==
        "CONNACK byte 2: expected reserved acknowledge flags 0, saw 0x04 (MQTT 3.1.1 §3.2.2.1)");
  CHECK(error_text(hex("20 03 80 00 00"), v5) ==
        "CONNACK byte 2: expected reserved acknowledge flags 0, saw 0x80 (MQTT 5.0 "
        "[MQTT-3.2.2-1])");
}

TEST_CASE("CONNACK decoder rejects a session present beside a refusal", "[mqtt]") {
  CHECK(error_text(hex("20 02 01 05"), v3) ==
        "CONNACK byte 2: expected session present 0 beside a refusal, saw 1 with code 0x05 (MQTT "
        "3.1.1 [MQTT-3.2.2-4])");
  CHECK(error_text(hex("20 03 01 87 00"), v5) ==
        "CONNACK byte 2: expected session present 0 beside a refusal, saw 1 with code 0x87 (MQTT "
        "5.0 [MQTT-3.2.2-6])");
}

TEST_CASE("CONNACK decoder rejects codes that its table does not list", "[mqtt]") {
  CHECK(error_text(hex("20 02 00 06"), v3) ==
        "CONNACK byte 3: expected a listed connect return code, saw 0x06 (MQTT 3.1.1 §3.2.2.3)");
  CHECK(error_text(hex("20 03 00 05 00"), v5) ==
        "CONNACK byte 3: expected a listed connect reason code, saw 0x05 (MQTT 5.0 "
        "[MQTT-3.2.2-8])");
}

TEST_CASE("CONNACK of the other version is told apart by its length", "[mqtt]") {
  CHECK(error_text(hex("20 02 00 00"), v5) ==
        "CONNACK byte 4: expected property length (1 byte), saw 0 bytes before the packet's end "
        "(MQTT 5.0 §2.1.4)");
  CHECK(error_text(hex("20 03 00 00 00"), v3) ==
        "CONNACK byte 4: expected the packet's end, saw 1 byte more (MQTT 3.1.1 §2.2.3)");
  CHECK(error_text(hex("22 02 00 00"), v3) ==
        "CONNACK byte 0: expected fixed header flags 0x0, saw 0x2 (MQTT 3.1.1 [MQTT-2.2.2-2])");
}

TEST_CASE("peeking shows flags and code even of a broken CONNACK", "[mqtt]") {
  const auto broken = hex("20 02 84 87");
  const auto view = peek_connack(scan_packet(broken).value());
  REQUIRE(view);
  CHECK(view->flags == 0x84);
  CHECK(view->code == 0x87);
  const auto shorter = hex("20 01 00");
  CHECK_FALSE(peek_connack(scan_packet(shorter).value()));
  const auto other = hex("40 02 0001");
  CHECK_FALSE(peek_connack(scan_packet(other).value()));
}
