#include "tests/support/catch.hpp"
#include "tests/support/hex.hpp"
#include "tests/unit/dtls/fixture.hpp"

using namespace handfast;
using namespace handfast::tls;
using std::chrono::milliseconds;

namespace {

std::string refusal(ClientSettings settings) {
  const auto engine = make_libssl_engine(settings);
  return engine ? "" : engine.error().message;
}

ClientSettings with(DatagramSettings datagrams) {
  return {.min_version = Version::dtls1_2, .max_version = Version::dtls1_2, .datagrams = datagrams};
}

}  // namespace

TEST_CASE("DTLS settings that no connection could follow are refused", "[dtls]") {
  CHECK(refusal({.max_version = Version::dtls1_2}) == "a connection speaks either TLS or DTLS");
  CHECK(refusal(with({.mtu = 255})) == "an MTU of 255 bytes");
  CHECK(refusal(with({.first_timeout = milliseconds(0)})) ==
        "the retransmission timer goes from 1 ms to 1 h");
  CHECK(refusal(with({.first_timeout = std::chrono::seconds(2),
                      .longest_timeout = std::chrono::seconds(1)})) ==
        "the longest retransmission timeout is shorter than the first");
  CHECK(refusal(with({.mtu = 256})).empty());
}

TEST_CASE("a datagram holds whole DTLS records and nothing else", "[dtls]") {
  const auto holds = [](std::string_view bytes) { return holds_records(test::hex(bytes)); };
  CHECK(holds("16 fefd 0000 000000000001 0002 0102"));
  CHECK(holds("16 feff 0000 000000000001 0000"));
  CHECK(holds("14 fefd 0000 000000000001 0001 01 17 fefd 0001 000000000000 0003 010203"));
  CHECK_FALSE(holds(""));
  CHECK_FALSE(holds("16 fefd 0000 000000000001 00"));
  CHECK_FALSE(holds("16 fefd 0000 000000000001 0003 0102"));
  CHECK_FALSE(holds("13 fefd 0000 000000000001 0000"));
  CHECK_FALSE(holds("19 fefd 0000 000000000001 0000"));
  CHECK_FALSE(holds("16 0303 0000 000000000001 0000"));
  CHECK_FALSE(holds("16 fefd 0000 000000000001 0000 17"));
}

TEST_CASE("a HelloVerifyRequest is known by its type", "[dtls]") {
  const auto is = [](std::string_view bytes) { return is_hello_verify(test::hex(bytes)); };
  CHECK(is("16 feff 0000 000000000000 0013 03 000007 0000 000000 000007 feff 04 c0ffee00"));
  CHECK_FALSE(is("16 feff 0000 000000000000 0013 02 000007 0000 000000 000007 feff 04 c0ffee00"));
  CHECK_FALSE(is("15 feff 0000 000000000000 0002 03 28"));
  CHECK_FALSE(is("16 feff 0000 000000000000 0000"));
}

TEST_CASE("a stall is named after how far the handshake came", "[dtls]") {
  CHECK(stall_of({}, false) == Stall::no_answer);
  CHECK(stall_of({.cookie = true, .flights_received = 1}, false) == Stall::silent_after_cookie);
  CHECK(stall_of({.cookie = true, .flights_received = 2}, false) == Stall::silent_after_cookie);
  CHECK(stall_of({.beyond_cookie = true, .flights_received = 1}, false) == Stall::flight_lost);
  CHECK(stall_of({.cookie = true, .beyond_cookie = true, .flights_received = 2}, false) ==
        Stall::flight_lost);
  CHECK(stall_of({.cookie = true, .flights_received = 2}, true) == Stall::server_gave_up);
  CHECK(to_string(Stall::silent_after_cookie) == "silent_after_cookie");
}
