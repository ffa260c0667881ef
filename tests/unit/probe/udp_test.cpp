#include "harness/probe/datagram/udp.hpp"

#include <set>

#include "tests/support/catch.hpp"

namespace handfast::probe {
namespace {

// Nobody listens there, and nothing is sent.
const Endpoint peer{.transport = Transport::dtls, .host = "127.0.0.1", .port = 9};

TEST_CASE("a peer never sees the same port twice", "[probe]") {
  // Of the system's 28,000 ports some dozens would have come again.
  constexpr std::size_t lines = 2'000;
  const auto loop = UdpLine::make_loop();
  std::set<std::uint16_t> ports;
  for (std::size_t i = 0; i < lines; ++i) {
    const auto line = UdpLine::open(peer, {}, loop);
    REQUIRE(line);
    ports.insert(line->local().port);
  }
  CHECK(ports.size() == lines);
}

TEST_CASE("a port that is asked for is had again", "[probe]") {
  const auto port = UdpLine::open(peer).value().local().port;
  const auto again = UdpLine::open(peer, {.port = port});
  REQUIRE(again);
  CHECK(again->local().port == port);
}

}  // namespace
}  // namespace handfast::probe
