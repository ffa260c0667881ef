#include "core/mqtt/connect.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/mqtt/samples.hpp"

using namespace handfast;
using namespace handfast::mqtt;
using namespace handfast::mqtt::test;

namespace {

/// The error of a CONNECT with the given level, flags and rest.
std::string connect(std::string_view level, std::string_view flags, std::string_view rest) {
  const auto body = "0004 'MQTT' " + std::string(level) + std::string(flags) + std::string(rest);
  return error_text(packet(0x10, body), v5);
}

}  // namespace

TEST_CASE("CONNECT decoder checks protocol name and level", "[mqtt]") {
  CHECK(error_text(packet(0x10, "0006 'MQIsdp' 03 02 0000 0000"), v5) ==
        "CONNECT byte 2: expected protocol name \"MQTT\", saw \"MQIsdp\" (MQTT 3.1.1 "
        "[MQTT-3.1.2-1])");
  CHECK(error_text(packet(0x10, "0004 'MQTT' 06 02 0000 0000"), v5) ==
        "CONNECT byte 8: expected protocol level 4 or 5, saw 6 (MQTT 3.1.1 [MQTT-3.1.2-2])");
  const auto bytes = packet(0x10, "0004 'MQTT' 06 02 0000 0000");
  CHECK(decode_packet(bytes, v5).error().reason == 0x84);
  CHECK(error_text(packet(0x11, "0004 'MQTT' 04 02 0000 0000"), v5) ==
        "CONNECT byte 0: expected fixed header flags 0x0, saw 0x1 (MQTT 3.1.1 [MQTT-2.2.2-2])");
}

TEST_CASE("CONNECT decoder refuses flags that contradict each other, by each version's clause",
          "[mqtt]") {
  CHECK(connect("04", "03", "0000 0000") ==
        "CONNECT byte 9: expected reserved flag 0, saw connect flags 0x03 (MQTT 3.1.1 "
        "[MQTT-3.1.2-3])");
  CHECK(connect("04", "0a", "0000 0000") ==
        "CONNECT byte 9: expected will QoS 0 without the will flag, saw connect flags 0x0a (MQTT "
        "3.1.1 [MQTT-3.1.2-13])");
  CHECK(connect("05", "0a", "0000 00 0000") ==
        "CONNECT byte 9: expected will QoS 0 without the will flag, saw connect flags 0x0a (MQTT "
        "5.0 [MQTT-3.1.2-11])");
  CHECK(connect("04", "22", "0000 0000") ==
        "CONNECT byte 9: expected will retain 0 without the will flag, saw connect flags 0x22 "
        "(MQTT 3.1.1 [MQTT-3.1.2-15])");
  CHECK(connect("05", "22", "0000 00 0000") ==
        "CONNECT byte 9: expected will retain 0 without the will flag, saw connect flags 0x22 "
        "(MQTT 5.0 [MQTT-3.1.2-13])");
  CHECK(connect("04", "1e", "0000 0000 0001 't' 0000") ==
        "CONNECT byte 9: expected will QoS 0 to 2, saw connect flags 0x1e (MQTT 3.1.1 "
        "[MQTT-3.1.2-14])");
  CHECK(connect("05", "1e", "0000 00 0000 00 0001 't' 0000") ==
        "CONNECT byte 9: expected will QoS 0 to 2, saw connect flags 0x1e (MQTT 5.0 "
        "[MQTT-3.1.2-12])");
  CHECK(connect("04", "42", "0000 0000 0001 'p'") ==
        "CONNECT byte 9: expected no password without a user name, saw connect flags 0x42 (MQTT "
        "3.1.1 [MQTT-3.1.2-22])");
}

TEST_CASE("CONNECT decoder names the field that a flag promises and the payload lacks", "[mqtt]") {
  CHECK(connect("04", "02", "0000") ==
        "CONNECT byte 12: expected client identifier (2 bytes), saw 0 bytes before the packet's "
        "end (MQTT 3.1.1 [MQTT-3.1.3-3])");
  CHECK(connect("04", "82", "0000 0000") ==
        "CONNECT byte 14: expected user name (2 bytes), saw 0 bytes before the packet's end (MQTT "
        "3.1.1 [MQTT-3.1.2-19])");
  CHECK(connect("05", "82", "0000 00 0000") ==
        "CONNECT byte 15: expected user name (2 bytes), saw 0 bytes before the packet's end (MQTT "
        "5.0 [MQTT-3.1.2-17])");
  CHECK(connect("04", "c2", "0000 0000 0001 'u' 0005 'p'") ==
        "CONNECT byte 17: expected password of 5 bytes, saw 1 byte before the packet's end (MQTT "
        "3.1.1 [MQTT-3.1.2-21])");
  CHECK(connect("05", "42", "0000 00 0000") ==
        "CONNECT byte 15: expected password (2 bytes), saw 0 bytes before the packet's end (MQTT "
        "5.0 [MQTT-3.1.2-19])");
  CHECK(connect("04", "06", "0000 0000") ==
        "CONNECT byte 14: expected will topic and payload, saw the packet's end (MQTT 3.1.1 "
        "[MQTT-3.1.2-9])");
}

TEST_CASE("CONNECT decoder refuses fields that no flag announces", "[mqtt]") {
  CHECK(connect("04", "02", "0000 0000 0001 'u'") ==
        "CONNECT byte 14: expected the packet's end, saw 3 bytes more (MQTT 3.1.1 §2.2.3)");
}

TEST_CASE("CONNECT decoder refuses strings that are not MQTT's UTF-8", "[mqtt]") {
  CHECK(connect("04", "02", "0000 0005 'ab' eda080") ==
        "CONNECT byte 16: expected client identifier in well-formed UTF-8, saw 0xed (MQTT 3.1.1 "
        "[MQTT-1.5.3-1])");
  CHECK(connect("04", "02", "0000 0002 'a' 00") ==
        "CONNECT byte 15: expected client identifier without U+0000, saw 0x00 (MQTT 3.1.1 "
        "[MQTT-1.5.3-2])");
  CHECK(connect("05", "06", "0000 00 0000 00 0003 'a/#' 0000") ==
        "CONNECT byte 20: expected will topic without wildcards, saw \"a/#\" (MQTT 5.0 "
        "[MQTT-4.7.0-1])");
}

TEST_CASE("a CONNECT that breaks rules can be encoded on purpose", "[mqtt]") {
  Bytes out;
  REQUIRE(encode_connect(out, Connect{.version = v3,
                                      .client_id = "",
                                      .clean_start = true,
                                      .keep_alive_s = 0,
                                      .password = Bytes{'p'}}));
  CHECK(out == packet(0x10, "0004 'MQTT' 04 42 0000 0000 0001 'p'"));
}
