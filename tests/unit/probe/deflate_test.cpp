// Messages in permessage-deflate's form.
#include "harness/probe/deflate.hpp"

#include "tests/support/catch.hpp"

namespace handfast::probe {
namespace {

Bytes message_of(std::string_view text) { return {text.begin(), text.end()}; }

TEST_CASE("compressed messages come back as they were", "[probe]") {
  const auto message = message_of("MQTT MQTT MQTT");
  CHECK(inflated(deflated(message)) == message);
  CHECK_FALSE(inflated(message_of("\xff\xff\xff")));
  // The example of RFC 7692 section 7.2.3.1.
  CHECK(inflated(Bytes{0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00}) == message_of("Hello"));
}

TEST_CASE("zeros without end are small, and too large to be inflated here", "[probe]") {
  const auto bomb = deflated_zeros(std::size_t{1} << 20U);
  CHECK(bomb.size() < 4096);
  CHECK_FALSE(inflated(bomb));
  CHECK(inflated(deflated_zeros(1000)) == Bytes(1000));
}

}  // namespace
}  // namespace handfast::probe
