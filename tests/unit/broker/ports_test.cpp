#include "harness/broker/ports.hpp"

#include "tests/support/catch.hpp"

using namespace handfast::broker;

TEST_CASE("listening sockets are read from the kernel's IPv4 table", "[broker]") {
  // A listener, an established connection to it, and one in TIME_WAIT without an owner.
  const auto found = parse_listening(
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout "
      "inode\n"
      "   0: 0100007F:70D3 00000000:0000 0A 00000000:00000000 00:00000000 00000000   102        0 "
      "14049 1 00000000098ee7c8 100 0 0 10 0\n"
      "   1: 0100007F:70D3 0100007F:B1E4 01 00000000:00000000 00:00000000 00000000   102        0 "
      "14077 1 0000000000000000 20 4 30 10 -1\n"
      "   2: 0100007F:B1E0 0100007F:70D3 06 00000000:00000000 03:000006D3 00000000     0        0 "
      "0 "
      "3 0000000000000000\n");
  REQUIRE(found.size() == 1);
  CHECK(found[0].address == "127.0.0.1");
  CHECK(found[0].port == 28883);
  CHECK(found[0].inode == 14049);
}

TEST_CASE("listening sockets are read from the kernel's IPv6 table", "[broker]") {
  const auto found = parse_listening(
      "   0: 00000000000000000000000000000000:70D6 00000000000000000000000000000000:0000 0A "
      "00000000:00000000 00:00000000 00000000   102        0 14054 1 000000000902cb30 100 0 0 10 "
      "0\n"
      "   1: 00000000000000000000000001000000:0016 00000000000000000000000000000000:0000 0A "
      "00000000:00000000 00:00000000 00000000     0        0 900 1 0000000000000000 100 0 0 10 0");
  REQUIRE(found.size() == 2);
  CHECK(found[0].address == "::");
  CHECK(found[0].port == 28886);
  CHECK(found[1].address == "::1");
  CHECK(found[1].port == 22);
}

TEST_CASE("lines that are no sockets are skipped", "[broker]") {
  for (const auto* text :
       {"", "\n\n", "0: 0100007F 0 0A 0 0 0 0 0 1", "0: 0100007F:XX 0 0A 0 0 0 0 0 1",
        "0: 01:0016 0 0A 0 0 0 0 0 1", "0: 0100007F:10016 0 0A 0 0 0 0 0 1",
        "0: 0100007F:0016 0 0A 0 0 0 0 0 -1", "0: 0100007F:0016 0 0A"}) {
    INFO(text);
    CHECK(parse_listening(text).empty());
  }
}
