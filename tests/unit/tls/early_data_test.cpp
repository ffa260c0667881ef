// 0-RTT: application bytes in the first flight of a resumed TLS 1.3 handshake.
#include "tests/support/catch.hpp"
#include "tests/support/memory_server.hpp"
#include "tests/support/mint.hpp"

using namespace handfast;
using namespace handfast::tls;
using namespace handfast::test;

namespace {

constexpr std::string_view hello = "early hello";

std::unique_ptr<Engine> make_engine() {
  return make_libssl_engine({.trust = test_pki().trust(), .keep_sessions = true}).value();
}

MemoryServer make_server(std::uint32_t max_early_data) {
  return MemoryServer({.identity = test_pki().server_identity(), .max_early_data = max_early_data});
}

std::shared_ptr<const Session> first_session(Engine& engine, const MemoryServer& server) {
  auto client = engine.make_client({.host = "localhost"}).value();
  auto peer = server.next();
  Output out;
  client->start(out);
  exchange(*client, peer, out);
  REQUIRE(has_event(out, EventKind::session));
  return client->take_session();
}

}  // namespace

TEST_CASE("early data arrives before the handshake is complete, and the facts say so", "[tls]") {
  auto engine = make_engine();
  const auto server = make_server(1000);
  auto client =
      engine->make_client({.host = "localhost", .resume = first_session(*engine, server)}).value();
  auto peer = server.next();
  Output out;
  CHECK(client->start_with_early_data(as_bytes(hello), out));
  exchange(*client, peer, out);
  REQUIRE(has_event(out, EventKind::handshake_done));
  CHECK(client->facts().resumed);
  CHECK(client->facts().early_data == EarlyData::accepted);
  CHECK(peer.received_early() == hello);
  REQUIRE(client->send(as_bytes(" later"), out));
  exchange(*client, peer, out);
  CHECK(peer.received() == "early hello later");
}

TEST_CASE("early data that the server rejects is lost, the connection is not", "[tls]") {
  auto engine = make_engine();
  const auto generous = make_server(1000);
  auto client =
      engine->make_client({.host = "localhost", .resume = first_session(*engine, generous)})
          .value();
  // Another server: it cannot read the ticket.
  auto peer = make_server(1000);
  Output out;
  CHECK(client->start_with_early_data(as_bytes(hello), out));
  exchange(*client, peer, out);
  REQUIRE(has_event(out, EventKind::handshake_done));
  CHECK_FALSE(client->facts().resumed);
  CHECK(client->facts().early_data == EarlyData::rejected);
  CHECK(peer.received().empty());
  REQUIRE(client->send(as_bytes(hello), out));
  exchange(*client, peer, out);
  CHECK(peer.received() == hello);
}

TEST_CASE("a session that allows no early data, or less, gives an ordinary handshake", "[tls]") {
  const auto allowed = GENERATE(0U, 5U);
  auto engine = make_engine();
  const auto server = make_server(allowed);
  auto client =
      engine->make_client({.host = "localhost", .resume = first_session(*engine, server)}).value();
  auto peer = server.next();
  Output out;
  CHECK_FALSE(client->start_with_early_data(as_bytes(hello), out));
  exchange(*client, peer, out);
  REQUIRE(has_event(out, EventKind::handshake_done));
  CHECK(client->facts().resumed);
  CHECK(client->facts().early_data == EarlyData::not_sent);
  CHECK(peer.received().empty());
}
