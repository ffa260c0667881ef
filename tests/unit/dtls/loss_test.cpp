#include "tests/support/catch.hpp"
#include "tests/support/memory_server.hpp"
#include "tests/unit/dtls/fixture.hpp"

using namespace handfast;
using namespace handfast::tls;
using namespace handfast::test;
using std::chrono::milliseconds;

TEST_CASE("a DTLS handshake survives the loss of any one datagram of the client", "[dtls]") {
  const auto number = GENERATE(std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{3});
  auto engine = dtls_engine();
  auto client = dtls_client(*engine);
  DtlsServer server(dtls_server());
  DtlsBench bench(*client, server, {.to_server = {.drop = {number}}});
  const TimePoint begin = ManualTime::now();
  bench.start();
  bench.run();
  REQUIRE(has_event(bench.client_out, EventKind::handshake_done));
  CHECK(client->datagrams()->retransmits == 1);
  CHECK(ManualTime::now() - begin >= std::chrono::seconds(1));
  CHECK(ManualTime::now() - begin < milliseconds(1100));
}

TEST_CASE("a DTLS handshake survives the loss of any one datagram of the server", "[dtls]") {
  const auto number = GENERATE(std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{3});
  auto engine = dtls_engine();
  auto client = dtls_client(*engine);
  DtlsServer server(dtls_server());
  DtlsBench bench(*client, server, {.to_client = {.drop = {number}}});
  bench.start();
  bench.run();
  REQUIRE(has_event(bench.client_out, EventKind::handshake_done));
  bench.send("through");
  bench.run();
  CHECK(bench.plain() == "through");
}

TEST_CASE("DTLS handshakes complete over paths that lose, double and reorder", "[dtls]") {
  const auto share = GENERATE(0.05, 0.2);
  const ImpairmentSettings bad{
      .loss = share, .duplication = share, .reorder = share, .delay = milliseconds(10)};
  auto engine = dtls_engine();
  int retransmitted = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    INFO("seed " << seed);
    auto client = dtls_client(*engine);
    DtlsServer server(dtls_server());
    DtlsBench bench(*client, server, {.to_server = bad, .to_client = bad, .seed = seed});
    bench.start();
    bench.run(std::chrono::seconds(120));
    REQUIRE(has_event(bench.client_out, EventKind::handshake_done));
    if (client->datagrams()->retransmits > 0) ++retransmitted;
  }
  CHECK(retransmitted > 0);
  CHECK(retransmitted < 40);
}

TEST_CASE("doubled and reordered datagrams alone need no retransmission", "[dtls]") {
  const ImpairmentSettings bad{.duplication = 1, .reorder = 0.5};
  auto engine = dtls_engine();
  auto client = dtls_client(*engine);
  DtlsServer server(dtls_server());
  DtlsBench bench(*client, server, {.to_server = bad, .to_client = bad});
  bench.start();
  bench.run();
  REQUIRE(has_event(bench.client_out, EventKind::handshake_done));
  CHECK(client->datagrams()->retransmits == 0);
  bench.send("once");
  bench.run();
  CHECK(server.received() == "once");  // the double was a replay (RFC 6347 section 4.1.2.6)
}

TEST_CASE("a small MTU cuts the handshake into more datagrams, none of them larger", "[dtls]") {
  DtlsServerOptions small = dtls_server();
  small.mtu = 300;
  auto engine = dtls_engine({.datagrams = {.mtu = 300}});
  auto client =
      dtls_client(*engine, {.host = "localhost", .identity = test_pki().client_identity()});
  small.client_trust = test_pki().trust();
  DtlsServer server(small);
  const ImpairmentSettings narrow{.largest = 272};
  DtlsBench bench(*client, server, {.to_server = narrow, .to_client = narrow});
  bench.start();
  bench.run();
  REQUIRE(has_event(bench.client_out, EventKind::handshake_done));
  CHECK(bench.largest_datagram() <= 272);
  CHECK(client->datagrams()->datagrams_sent > 4);
  CHECK(client->datagrams()->retransmits == 0);
}

TEST_CASE("the retransmission timer doubles from its first value up to its longest", "[dtls]") {
  auto engine = dtls_engine(
      {.datagrams = {.first_timeout = milliseconds(200), .longest_timeout = milliseconds(500)}});
  auto client = dtls_client(*engine);
  Output out;
  client->start(out);
  std::vector<std::int64_t> waits;
  for (int i = 0; i < 4; ++i) {
    REQUIRE(client->next_deadline());
    waits.push_back(
        std::chrono::duration_cast<milliseconds>(*client->next_deadline() - ManualTime::now())
            .count());
    ManualTime::advance_to(*client->next_deadline());
    client->on_deadline(ManualTime::now(), out);
  }
  CHECK(waits == std::vector<std::int64_t>{200, 400, 500, 500});
  CHECK(client->datagrams()->retransmits == 4);
  CHECK(client->datagrams()->flights_sent == 1);
  CHECK(out.borders.size() == 5);
}

TEST_CASE("a deadline that is not due yet changes nothing", "[dtls]") {
  auto engine = dtls_engine();
  auto client = dtls_client(*engine);
  Output out;
  client->start(out);
  const auto due = client->next_deadline();
  client->on_deadline(ManualTime::now(), out);
  CHECK(out.borders.size() == 1);
  CHECK(client->next_deadline() == due);
}

TEST_CASE("a peer that never answers ends the handshake as stalled", "[dtls]") {
  auto engine = dtls_engine({.datagrams = {.first_timeout = milliseconds(50)}});
  auto client = dtls_client(*engine);
  DtlsServer server(dtls_server());
  DtlsBench bench(*client, server, {.to_server = {.loss = 1}});
  bench.start();
  bench.run(std::chrono::hours(2));
  CHECK(client->failure().cause == Cause::stalled);
  CHECK(client->datagrams()->retransmits >= 12);
  CHECK_FALSE(client->next_deadline());
  CHECK(stall_of(*client->datagrams(), false) == Stall::no_answer);
}

TEST_CASE("silence after the cookie and a lost flight are told apart", "[dtls]") {
  auto engine = dtls_engine();
  auto client = dtls_client(*engine);
  DtlsServer server(dtls_server());
  std::vector<std::uint64_t> after_cookie;
  for (std::uint64_t i = 2; i < 100; ++i) after_cookie.push_back(i);
  SECTION("the second ClientHello is never answered") {
    DtlsBench bench(*client, server, {.to_client = {.drop = after_cookie}});
    bench.start();
    bench.run(std::chrono::seconds(10));
    CHECK(client->datagrams()->cookie);
    CHECK(stall_of(*client->datagrams(), false) == Stall::silent_after_cookie);
  }
  SECTION("the server's Finished never comes") {
    after_cookie.erase(after_cookie.begin());  // its certificate gets through
    DtlsBench bench(*client, server, {.to_client = {.drop = after_cookie}});
    bench.start();
    bench.run(std::chrono::seconds(10));
    CHECK(stall_of(*client->datagrams(), false) == Stall::flight_lost);
  }
  CHECK_FALSE(client->facts().version);  // never got to its end
}
