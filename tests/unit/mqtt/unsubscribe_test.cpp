#include "core/mqtt/unsubscribe.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/mqtt/samples.hpp"

using namespace handfast;
using namespace handfast::mqtt;
using namespace handfast::mqtt::test;

TEST_CASE("UNSUBSCRIBE decoder checks flags, filters and their presence", "[mqtt]") {
  CHECK(error_text(hex("a0 05 0001 0001 't'"), v5) ==
        "UNSUBSCRIBE byte 0: expected fixed header flags 0x2, saw 0x0 (MQTT 5.0 "
        "[MQTT-3.10.1-1])");
  CHECK(error_text(hex("a2 02 0001"), v3) ==
        "UNSUBSCRIBE byte 4: expected at least one topic filter, saw none (MQTT 3.1.1 "
        "[MQTT-3.10.3-2])");
  CHECK(error_text(hex("a2 04 0001 0000"), v3) ==
        "UNSUBSCRIBE byte 4: expected a topic filter of at least one character, saw an empty one "
        "(MQTT 3.1.1 [MQTT-4.7.3-1])");
  CHECK(error_text(hex("a2 05 0001 0001 c0"), v3) ==
        "UNSUBSCRIBE byte 6: expected topic filter in well-formed UTF-8, saw 0xc0 (MQTT 3.1.1 "
        "[MQTT-1.5.3-1])");
}

TEST_CASE("UNSUBACK has codes in 5.0 and none in 3.1.1", "[mqtt]") {
  CHECK(error_text(hex("b0 03 0001 00"), v3) ==
        "UNSUBACK byte 4: expected the packet's end, saw 1 byte more (MQTT 3.1.1 §3.11.1)");
  CHECK(error_text(hex("b0 03 0001 00"), v5) ==
        "UNSUBACK byte 5: expected a code for each topic filter, saw none (MQTT 5.0 §3.11.3)");
  CHECK(error_text(hex("b0 04 0001 00 01"), v5) ==
        "UNSUBACK byte 5: expected a listed reason code, saw 0x01 (MQTT 5.0 [MQTT-3.11.3-2])");
}
