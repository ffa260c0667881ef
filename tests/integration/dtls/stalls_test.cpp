// Servers that are not there, silent or talking nonsense: each is named for what it is.
#include "tests/integration/dtls/peers.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/hex.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace std::chrono_literals;

namespace {

loadgen::FleetSpec few(const Endpoint& endpoint) {
  auto fleet = dtls_fleet(endpoint);
  fleet.stages = {{10, 10, 300ms}};
  fleet.deadline = 1500ms;
  fleet.tls.datagrams.first_timeout = 200ms;
  return fleet;
}

/// close_notify, which a server sends that waited for the rest of the handshake for too long.
Bytes close_notify() { return hex("15 fefd 0000 000000000000 0002 01 00"); }

/// HelloVerifyRequest with a cookie of four bytes, in a record of DTLS 1.0 as RFC 6347 section
/// 4.2.1 asks for.
Bytes hello_verify() {
  return hex("16 feff 0000 000000000000 0013 03 000007 0000 000000 000007 feff 04 c0ffee00");
}

}  // namespace

TEST_CASE("A port where nobody listens is told at once, by ICMP", "[dtls]") {
  const Endpoint nowhere{
      .transport = Transport::dtls, .host = "127.0.0.1", .port = free_udp_port()};
  const auto fleet = run_fleet(few(nowhere));
  CHECK(failures_text(fleet) == "tls/dtls:no_listener x3");
}

TEST_CASE("A DTLS server that never answers is told from one that goes silent", "[dtls]") {
  SECTION("nothing comes back") {
    const DatagramPeer silent;
    const auto fleet = run_fleet(few(silent.endpoint()));
    CHECK(failures_text(fleet) == "tls/dtls:no_answer x3");
    REQUIRE(fleet.datagrams);
    CHECK(fleet.datagrams->handshakes == 0);
    CHECK(fleet.datagrams->retransmits >= 3);
    CHECK(fleet.datagrams->flights_sent == 3);
  }
  SECTION("only the cookie does") {
    const DatagramPeer after_cookie(hello_verify(), 3);
    auto asked = few(after_cookie.endpoint());
    asked.stages = {{1, 1, 1s}};
    const auto fleet = run_fleet(asked);
    CHECK(failures_text(fleet) == "tls/dtls:silent_after_cookie x1");
  }
}

TEST_CASE("A DTLS server whose answers go missing has its flight lost", "[dtls]") {
  const auto server = DtlsPeer::coap("gnutls");
  auto asked = few(server->endpoint());
  std::vector<std::uint64_t> all_but_two;
  for (std::uint64_t i = 3; i < 100; ++i) all_but_two.push_back(i);
  asked.datagrams.impairment = loadgen::PathImpairment{{}, {.drop = all_but_two}};
  const auto fleet = run_fleet(asked);
  CHECK(failures_text(fleet) == "tls/dtls:flight_lost x3");
}

TEST_CASE("Nonsense in place of DTLS is counted and does no harm", "[dtls]") {
  const DatagramPeer nonsense(Bytes{'H', 'T', 'T', 'P', '/', '1', '.', '1'}, 1000);
  const auto fleet = run_fleet(few(nonsense.endpoint()));
  CHECK(failures_text(fleet) == "tls/dtls:no_answer x3");
  REQUIRE(fleet.datagrams);
  CHECK(fleet.datagrams->oddities.at("dtls:no_records") >= 3);
}

TEST_CASE("A DTLS handshake that the server gives up is begun again from another port",
          "[dtls][restart]") {
  const DatagramPeer impatient(close_notify(), 2);
  auto asked = few(impatient.endpoint());
  asked.stages = {{1, 1, 1s}};
  SECTION("and what becomes of the last try counts") {
    const auto fleet = run_fleet(asked);
    CHECK(failures_text(fleet) == "tls/dtls:no_answer x1");
    CHECK(fleet.datagrams->restarts == 2);
    CHECK(fleet.datagrams->datagrams_received == 2);
  }
  SECTION("but no more often than asked for") {
    asked.datagrams.restart.times = 1;
    const auto fleet = run_fleet(asked);
    CHECK(failures_text(fleet) == "tls/dtls:server_gave_up x1");
    CHECK(fleet.datagrams->restarts == 1);
  }
}

TEST_CASE("Erlang's DTLS never sends a lost last flight again, and another try gets through",
          "[dtls][restart]") {
  const auto server = DtlsPeer::erlang();
  auto asked = few(server->endpoint());
  // HelloVerifyRequest, two datagrams of certificates and requests, Finished.
  asked.datagrams.impairment = loadgen::PathImpairment{{}, {.drop = {4}}};
  asked.deadline = 6s;
  asked.datagrams.restart.after = 2s;
  SECTION("without one all are lost") {
    asked.datagrams.restart.times = 0;
    CHECK(failures_text(run_fleet(asked)) == "tls/dtls:flight_lost x3");
  }
  SECTION("with one none is") {
    const auto fleet = run_fleet(asked);
    INFO(failures_text(fleet));
    CHECK(fleet.succeeded == 3);
    CHECK(fleet.datagrams->handshakes == 3);
    CHECK(fleet.datagrams->restarts == 3);
    CHECK(fleet.datagrams->retransmitted == 3);
    CHECK(fleet.datagrams->impaired == 3);
    // From the first ClientHello, not from that of the try that got through.
    CHECK(fleet.latency.at(stats::Phase::tls_retransmitted).service.min() >= 1900ms);
  }
}
