// What an idle connection weighs before TLS has its share.
#include "loadgen/slot.hpp"

#include "tests/support/catch.hpp"

using namespace handfast::loadgen;

TEST_CASE("A connection's own memory stays small", "[loadgen]") {
  // 18,000 idle connections of the native engine have 1 KiB each, of which Asio takes a third and
  // TLS a quarter. What few connections need belongs to Extras.
  CHECK(sizeof(Session) <= 128);
  CHECK(sizeof(Slot) <= 400);
}
