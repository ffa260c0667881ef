#include "core/mqttsn/decode.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/hex.hpp"

using namespace handfast;
using namespace handfast::mqttsn;
using handfast::test::hex;

namespace {

std::string defect(std::string_view bytes) {
  const auto decoded = decode(hex(bytes));
  return decoded ? "none" : decoded.error().text();
}

}  // namespace

TEST_CASE("each way in which an MQTT-SN datagram can be wrong has its name and place", "[mqttsn]") {
  CHECK(defect("") == "empty at byte 0");
  CHECK(defect("00") == "bad_length_form at byte 0");
  CHECK(defect("00 16") == "bad_length_form at byte 0");
  CHECK(defect("01") == "bad_length_form at byte 1");
  CHECK(defect("01 00") == "bad_length_form at byte 1");
  CHECK(defect("01 0003 16") == "bad_length_form at byte 0");
  CHECK(defect("02") == "wrong_length at byte 0");
  CHECK(defect("03 16") == "wrong_length at byte 0");
  CHECK(defect("02 16 00") == "wrong_length at byte 0");
  CHECK(defect("01 ffff 16") == "wrong_length at byte 0");
  CHECK(defect("02 03") == "unknown_type at byte 1");
  CHECK(defect("02 11") == "unknown_type at byte 1");
  CHECK(defect("02 ff") == "unknown_type at byte 1");
  CHECK(defect("02 05") == "truncated at byte 2");
  CHECK(defect("06 0d 0102 00 09") == "truncated at byte 6");
  CHECK(defect("03 17 00") == "trailing_bytes at byte 2");
  CHECK(defect("05 0e 0009 00") == "trailing_bytes at byte 4");
  CHECK(defect("05 18 0001 02") == "trailing_bytes at byte 4");
  CHECK(defect("08 0c 03 0102 0000 'x'") == "reserved_topic at byte 2");
  CHECK(defect("08 04 04 02 003c 'c1'") == "bad_protocol at byte 3");
  CHECK(defect("07 0c 00 0000 0000") == "bad_topic_id at byte 3");
  CHECK(defect("07 0c 00 ffff 0000") == "bad_topic_id at byte 3");
  CHECK(defect("07 0c 20 0102 0000") == "bad_message_id at byte 5");
  CHECK(defect("07 0c 00 0102 0001") == "bad_message_id at byte 5");
  CHECK(defect("04 0f 0000") == "bad_message_id at byte 2");
  CHECK(defect("06 04 04 01 003c") == "empty_name at byte 6");
  CHECK(defect("05 12 00 0003") == "empty_name at byte 5");
  CHECK(defect("05 fe 04 0a0b 02 16") == "bad_radius at byte 2");
  CHECK(defect("05 fe 02 0a0b") == "truncated at byte 5");
}

TEST_CASE("a short topic name may be any two bytes", "[mqttsn]") {
  CHECK(defect("07 0c 02 0000 0000") == "none");
  CHECK(defect("07 0c 02 ffff 0000") == "none");
}

TEST_CASE(
    "every beginning of a message with its Length put right is answered, never believed to "
    "be longer",
    "[mqttsn]") {
  const Bytes whole = hex("0b 0a 0000 0005 't/one'");
  for (std::size_t size = 2; size < whole.size(); ++size) {
    Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    cut[0] = static_cast<std::uint8_t>(size);
    const auto decoded = decode(cut);
    INFO("cut to " << size);
    // From seven bytes on the name is only shorter.
    CHECK(static_cast<bool>(decoded) == (size >= 7));
  }
}

TEST_CASE("every defect has a name of its own", "[mqttsn]") {
  std::vector<std::string_view> names;
  for (const auto one : defects) {
    CHECK_FALSE(to_string(one).empty());
    CHECK(std::ranges::find(names, to_string(one)) == names.end());
    names.push_back(to_string(one));
  }
}

TEST_CASE("taking the value of a datagram that is none is a programmer's mistake", "[mqttsn]") {
  CHECK_THROWS_WITH(decode(hex("03 16")).value(),
                    Catch::Contains("value() of a failed decoding: wrong_length at byte 0"));
}
