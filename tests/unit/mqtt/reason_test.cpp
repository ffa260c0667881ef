#include "core/mqtt/reason.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/mqtt/samples.hpp"

using namespace handfast::mqtt;
using namespace handfast::mqtt::test;
using enum PacketType;

TEST_CASE("codes have the names of the standard for their packet", "[mqtt]") {
  CHECK(reason_name(v5, connack, 0x00) == "success");
  CHECK(reason_name(v5, suback, 0x00) == "granted_qos_0");
  CHECK(reason_name(v5, disconnect, 0x00) == "normal_disconnection");
  CHECK(reason_name(v5, connack, 0x87) == "not_authorized");
  CHECK(reason_name(v5, connack, 0x86) == "bad_user_name_or_password");
  CHECK(reason_name(v5, disconnect, 0x8e) == "session_taken_over");
  CHECK(reason_name(v3, connack, 0) == "accepted");
  CHECK(reason_name(v3, connack, 5) == "not_authorized");
  CHECK(reason_name(v3, suback, 0x80) == "failure");
}

TEST_CASE("a code that the packet does not list keeps its name and is told apart", "[mqtt]") {
  CHECK(reason_name(v5, connack, 0x8e) == "session_taken_over");
  CHECK_FALSE(is_listed_reason(v5, connack, 0x8e));
  CHECK(is_listed_reason(v5, disconnect, 0x8e));
  CHECK(reason_name(v5, connack, 0x05) == "reserved");
  CHECK(reason_name(v3, connack, 6) == "reserved");
  CHECK_FALSE(is_listed_reason(v3, connack, 0x80));
  CHECK_FALSE(is_listed_reason(v5, pingreq, 0));
}

TEST_CASE("each packet lists as many codes as its table", "[mqtt]") {
  const auto count = [](Version version, PacketType type) {
    int listed = 0;
    for (unsigned code = 0; code < 256; ++code) {
      listed += is_listed_reason(version, type, static_cast<std::uint8_t>(code)) ? 1 : 0;
    }
    return listed;
  };
  CHECK(count(v5, connack) == 22);     // table 3-1
  CHECK(count(v5, puback) == 9);       // table 3-4
  CHECK(count(v5, pubrec) == 9);       // table 3-5
  CHECK(count(v5, pubrel) == 2);       // table 3-6
  CHECK(count(v5, pubcomp) == 2);      // table 3-7
  CHECK(count(v5, suback) == 12);      // table 3-8
  CHECK(count(v5, unsuback) == 7);     // table 3-9
  CHECK(count(v5, disconnect) == 30);  // table 3-10, and 0x8c that only table 2-6 has
  CHECK(count(v5, auth) == 3);         // table 3-11
  CHECK(count(v3, connack) == 6);
  CHECK(count(v3, suback) == 4);
}
