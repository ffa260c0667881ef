#include <set>

#include "core/coap/message.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/hex.hpp"

using namespace handfast;
using namespace handfast::coap;
using handfast::test::hex;

namespace {

std::string defect(std::string_view bytes) {
  const auto decoded = decode(hex(bytes));
  return decoded ? "none" : decoded.error().text();
}

}  // namespace

TEST_CASE("each way in which a CoAP datagram can be wrong has its name and place", "[coap]") {
  CHECK(defect("") == "too_short at byte 0");
  CHECK(defect("40 01 00") == "too_short at byte 3");
  CHECK(defect("00 01 0001") == "bad_version at byte 0");
  CHECK(defect("80 01 0001") == "bad_version at byte 0");
  CHECK(defect("49 01 0001") == "bad_token_length at byte 0");
  CHECK(defect("4f 01 0001") == "bad_token_length at byte 0");
  CHECK(defect("44 01 0001 aabbcc") == "token_overrun at byte 4");
  CHECK(defect("40 01 0001 f0") == "bad_option_delta at byte 4");
  CHECK(defect("40 01 0001 bf") == "bad_option_length at byte 4");
  CHECK(defect("40 01 0001 d0") == "option_overrun at byte 5");
  CHECK(defect("40 01 0001 e0 01") == "option_overrun at byte 5");
  CHECK(defect("40 01 0001 bd") == "option_overrun at byte 5");
  CHECK(defect("40 01 0001 b2 'p'") == "option_overrun at byte 5");
  CHECK(defect("40 01 0001 e0 fef3") == "bad_option_number at byte 4");
  CHECK(defect("40 01 0001 e0 fef2 10") == "bad_option_number at byte 7");
  CHECK(defect("40 01 0001 ff") == "empty_payload at byte 4");
  CHECK(defect("40 00 0001 00") == "not_empty at byte 4");
  CHECK(defect("41 00 0001 00") == "not_empty at byte 0");
  CHECK(defect("40 20 0001") == "reserved_class at byte 1");
  CHECK(defect("40 c0 0001") == "reserved_class at byte 1");
  CHECK(defect("40 e0 0001") == "reserved_class at byte 1");
}

TEST_CASE("a CoAP option may have the highest number there is", "[coap]") {
  CHECK(defect("40 01 0001 e0 fef2") == "none");
}

TEST_CASE("every CoAP defect has a name of its own", "[coap]") {
  std::set<std::string_view> names;
  for (const auto one : defects) names.insert(to_string(one));
  CHECK(names.size() == defects.size());
  CHECK_FALSE(names.contains(""));
}
