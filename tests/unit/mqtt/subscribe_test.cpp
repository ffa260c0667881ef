#include "core/mqtt/subscribe.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/mqtt/samples.hpp"

using namespace handfast;
using namespace handfast::mqtt;
using namespace handfast::mqtt::test;

TEST_CASE("SUBSCRIBE decoder checks flags, identifier and that there is a filter", "[mqtt]") {
  CHECK(error_text(hex("80 06 0001 0001 't' 00"), v3) ==
        "SUBSCRIBE byte 0: expected fixed header flags 0x2, saw 0x0 (MQTT 3.1.1 [MQTT-3.8.1-1])");
  CHECK(error_text(hex("82 06 0000 0001 't' 00"), v3) ==
        "SUBSCRIBE byte 2: expected a non-zero packet identifier, saw 0 (MQTT 3.1.1 "
        "[MQTT-2.3.1-1])");
  CHECK(error_text(hex("82 02 0001"), v3) ==
        "SUBSCRIBE byte 4: expected at least one topic filter, saw none (MQTT 3.1.1 "
        "[MQTT-3.8.3-3])");
  CHECK(error_text(hex("82 03 0001 00"), v5) ==
        "SUBSCRIBE byte 5: expected at least one topic filter, saw none (MQTT 5.0 "
        "[MQTT-3.8.3-2])");
  CHECK(error_text(hex("82 05 0001 0000 00"), v3) ==
        "SUBSCRIBE byte 4: expected a topic filter of at least one character, saw an empty one "
        "(MQTT 3.1.1 [MQTT-4.7.3-1])");
}

TEST_CASE("SUBSCRIBE decoder checks the options of a subscription", "[mqtt]") {
  const auto options = [](const char* filter, const char* value) {
    return error_text(packet(0x82, "0001 00" + std::string(filter) + value), v5);
  };
  CHECK(error_text(hex("82 06 0001 0001 't' 03"), v3) ==
        "SUBSCRIBE byte 7: expected requested QoS 0 to 2, saw 0x03 (MQTT 3.1.1 [MQTT-3.8.3-4])");
  CHECK(error_text(hex("82 06 0001 0001 't' 04"), v3) ==
        "SUBSCRIBE byte 7: expected requested QoS 0 to 2, saw 0x04 (MQTT 3.1.1 [MQTT-3.8.3-4])");
  CHECK(options("0001 't'", "40") ==
        "SUBSCRIBE byte 8: expected reserved option bits 0, saw options 0x40 (MQTT 5.0 "
        "[MQTT-3.8.3-5])");
  CHECK(options("0001 't'", "03") ==
        "SUBSCRIBE byte 8: expected maximum QoS 0 to 2, saw options 0x03 (MQTT 5.0 §3.8.3.1)");
  CHECK(options("0001 't'", "30") ==
        "SUBSCRIBE byte 8: expected retain handling 0 to 2, saw options 0x30 (MQTT 5.0 "
        "§3.8.3.1)");
  CHECK(options("000a '$share/g/t'", "04") ==
        "SUBSCRIBE byte 17: expected no local 0 on a shared subscription, saw options 0x04 (MQTT "
        "5.0 [MQTT-3.8.3-4])");
}

TEST_CASE("SUBSCRIBE may carry one subscription identifier", "[mqtt]") {
  CHECK(error_text(packet(0x82, "0001 04 0b01 0b02 0001 't' 00"), v5) ==
        "SUBSCRIBE byte 7: expected subscription_identifier at most once, saw a second one (MQTT "
        "5.0 §3.8.2.1.2)");
}

TEST_CASE("SUBACK decoder checks its codes", "[mqtt]") {
  CHECK(error_text(hex("90 03 0001 03"), v3) ==
        "SUBACK byte 4: expected a listed return code, saw 0x03 (MQTT 3.1.1 [MQTT-3.9.3-2])");
  CHECK(error_text(hex("90 05 0001 00 00 81"), v5) ==
        "SUBACK byte 6: expected a listed reason code, saw 0x81 (MQTT 5.0 [MQTT-3.9.3-2])");
  CHECK(error_text(hex("90 02 0001"), v3) ==
        "SUBACK byte 4: expected a code for each topic filter, saw none (MQTT 3.1.1 §3.9.3)");
}
