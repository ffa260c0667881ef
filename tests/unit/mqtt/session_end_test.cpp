// The small packets: PINGREQ, PINGRESP, DISCONNECT, AUTH.
#include "tests/support/catch.hpp"
#include "tests/unit/mqtt/samples.hpp"

using namespace handfast;
using namespace handfast::mqtt;
using namespace handfast::mqtt::test;

TEST_CASE("pings have neither flags nor a body", "[mqtt]") {
  CHECK(error_text(hex("c1 00"), v3) ==
        "PINGREQ byte 0: expected fixed header flags 0x0, saw 0x1 (MQTT 3.1.1 [MQTT-2.2.2-2])");
  CHECK(error_text(hex("c0 01 00"), v5) ==
        "PINGREQ byte 2: expected the packet's end, saw 1 byte more (MQTT 5.0 §3.12.1)");
  CHECK(error_text(hex("d0 01 00"), v3) ==
        "PINGRESP byte 2: expected the packet's end, saw 1 byte more (MQTT 3.1.1 §3.13.1)");
}

TEST_CASE("DISCONNECT decoder checks flags, code and properties", "[mqtt]") {
  CHECK(error_text(hex("e1 00"), v3) ==
        "DISCONNECT byte 0: expected fixed header flags 0x0, saw 0x1 (MQTT 3.1.1 "
        "[MQTT-3.14.1-1])");
  CHECK(error_text(hex("e0 01 00"), v3) ==
        "DISCONNECT byte 2: expected the packet's end, saw 1 byte more (MQTT 3.1.1 §3.14.1)");
  CHECK(error_text(hex("e0 01 86"), v5) ==
        "DISCONNECT byte 2: expected a listed reason code, saw 0x86 (MQTT 5.0 [MQTT-3.14.2-1])");
  CHECK(error_text(hex("e0 05 00 03 21 0001"), v5) ==
        "DISCONNECT byte 4: expected a property that this packet may have, saw receive_maximum "
        "(MQTT 5.0 §2.2.2.2)");
}

TEST_CASE("AUTH exists in 5.0 only and names its method", "[mqtt]") {
  CHECK(error_text(hex("f0 00"), v3) ==
        "AUTH byte 0: expected a packet type of 1 to 14, saw 15 (MQTT 3.1.1 §2.2.1)");
  CHECK(error_text(hex("f1 00"), v5) ==
        "AUTH byte 0: expected fixed header flags 0x0, saw 0x1 (MQTT 5.0 [MQTT-3.15.1-1])");
  CHECK(error_text(hex("f0 02 01 00"), v5) ==
        "AUTH byte 2: expected a listed reason code, saw 0x01 (MQTT 5.0 [MQTT-3.15.2-1])");
  CHECK(error_text(hex("f0 02 18 00"), v5) ==
        "AUTH byte 3: expected authentication_method, saw none (MQTT 5.0 §3.15.2.2.2)");
}
