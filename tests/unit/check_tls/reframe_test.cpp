// A client's bytes cut anew.
#include "harness/check/tls_protocol/reframe.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/hex.hpp"

namespace handfast::check::tls_protocol {
namespace {

using test::hex;

TEST_CASE("handshake records are split, others are not", "[check]") {
  const auto wire = hex("16 0301 0005 0102030405  14 0303 0001 01");
  CHECK(to_hex(split_clear_records(wire, 2)) ==
        to_hex(hex("16 0301 0002 0102  16 0301 0002 0304  16 0301 0001 05  14 0303 0001 01")));
}

TEST_CASE("splitting into what is already smaller changes nothing", "[check]") {
  const auto wire = hex("16 0301 0005 0102030405");
  CHECK(split_clear_records(wire, 50) == wire);
}

TEST_CASE("records are told apart, and a rest that is none is left out", "[check]") {
  const auto wire = hex("16 0301 0002 0102  17 0303 0001 aa  17 0303 0009 00");
  const auto records = records_of(wire);
  REQUIRE(records.size() == 2);
  CHECK(records[0].type == 22);
  CHECK(records[0].content.size() == 2);
  CHECK(records[1].type == 23);
  CHECK(to_hex(records[1].whole) == "1703030001aa");
}

}  // namespace
}  // namespace handfast::check::tls_protocol
