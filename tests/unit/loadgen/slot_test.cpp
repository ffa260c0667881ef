// What an idle connection weighs before TLS has its share.
#include "loadgen/slot.hpp"

#include "tests/support/catch.hpp"

using namespace handfast::loadgen;

TEST_CASE("A connection's own memory stays small", "[loadgen]") {
  // Beside what TLS and Asio hold for it (docs/performance.md). What few connections need belongs
  // to Extras.
  CHECK(sizeof(Session) <= 128);
  CHECK(sizeof(Slot) <= 320);
}
