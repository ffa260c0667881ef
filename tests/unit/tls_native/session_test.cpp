// Tickets, external keys and early data of the native client.
#include "tests/unit/tls_native/lab.hpp"

using namespace handfast;
using namespace handfast::tls;
using namespace handfast::test;

namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr std::string_view hello = "early hello";

/// An engine whose time the test sets.
struct TimedEngine {
  native::WallClock::time_point now = native::WallClock::now();
  std::unique_ptr<native::NativeEngine> engine;

  explicit TimedEngine(ClientSettings settings = {}) {
    settings.keep_sessions = true;
    settings.wall_clock = [this] { return now; };
    engine = native_engine(std::move(settings));
  }
};

MemoryServer make_server(std::uint32_t max_early_data = 0) {
  return MemoryServer({.identity = test_pki().server_identity(), .max_early_data = max_early_data});
}

std::shared_ptr<const Session> first_session(Engine& engine, const MemoryServer& server,
                                             const std::string& host = "localhost") {
  auto client = engine.make_client({.host = host}).value();
  auto peer = server.next();
  Output out;
  client->start(out);
  exchange(*client, peer, out);
  REQUIRE(has_event(out, EventKind::session));
  CHECK_FALSE(client->facts().resumed);
  return client->take_session();
}

struct Resumed {
  std::unique_ptr<Client> client;
  MemoryServer peer;
  Output out;
};

Resumed resume(Engine& engine, const MemoryServer& server, std::shared_ptr<const Session> session,
               std::string_view early = {}, const std::string& host = "localhost") {
  Resumed made{
      engine.make_client({.host = host, .resume = std::move(session)}).value(), server.next(), {}};
  if (early.empty()) {
    made.client->start(made.out);
  } else {
    CHECK(made.client->start_with_early_data(as_bytes(early), made.out));
  }
  exchange(*made.client, made.peer, made.out);
  return made;
}

}  // namespace

TEST_CASE("a ticket resumes with a fresh key exchange, and the facts say so", "[tls_native]") {
  const std::string suite =
      GENERATE("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");
  TimedEngine timed({.cipher_suites = {suite}});
  const auto server = make_server();
  auto session = first_session(*timed.engine, server);
  REQUIRE(session != nullptr);
  CHECK(session->single_use());
  for (int i = 0; i < 3; ++i) {  // each connection brings the ticket of the next
    auto again = resume(*timed.engine, server, session);
    REQUIRE(has_event(again.out, EventKind::handshake_done));
    CHECK(again.client->facts().resumed);
    CHECK(again.client->facts().verified);
    CHECK(again.client->facts().group == "x25519");
    CHECK(again.client->facts().peer_chain_length == 0);
    CHECK(echoes(*again.client, again.peer));
    session = again.client->take_session();
    REQUIRE(session != nullptr);
  }
}

TEST_CASE("of several tickets the newest is kept, each is told", "[tls_native]") {
  TimedEngine timed;
  auto server = make_server();
  auto client = timed.engine->make_client({.host = "localhost"}).value();
  Output out;
  client->start(out);
  exchange(*client, server, out);
  out.clear();
  client->feed(server.tickets(5), out);
  CHECK(std::ranges::count(out.events, EventKind::session, &Event::kind) >= 3);
  const auto newest = client->take_session();
  CHECK(newest != nullptr);
  CHECK(client->take_session() == nullptr);
  CHECK(has_event(resume(*timed.engine, server, newest).out, EventKind::handshake_done));
}

TEST_CASE("resumption survives a HelloRetryRequest (RFC 8446 4.1.4)", "[tls_native]") {
  const MemoryServer server(
      {.identity = test_pki().server_identity(),
       .configure = [](SSL_CTX* context) { SSL_CTX_set1_groups_list(context, "P-256"); }});
  TimedEngine timed({.groups = {"x25519", "P-256"}});
  auto again = resume(*timed.engine, server, first_session(*timed.engine, server));
  REQUIRE(has_event(again.out, EventKind::handshake_done));
  CHECK(again.client->facts().resumed);
  CHECK(again.client->facts().group == "secp256r1");
}

TEST_CASE("a session is not offered once its lifetime is over, nor to another host",
          "[tls_native]") {
  TimedEngine timed;
  const auto server = make_server();
  auto session = first_session(*timed.engine, server);
  timed.now += hours(1);
  CHECK(resume(*timed.engine, server, session).client->facts().resumed);
  timed.now += hours(2);  // libssl's tickets live for two hours
  auto late = resume(*timed.engine, server, session);
  CHECK(has_event(late.out, EventKind::handshake_done));
  CHECK_FALSE(late.client->facts().resumed);

  auto other = resume(*timed.engine, server, first_session(*timed.engine, server), {}, "127.0.0.1");
  CHECK(has_event(other.out, EventKind::handshake_done));
  CHECK_FALSE(other.client->facts().resumed);
}

TEST_CASE("a server that cannot read the ticket shows its certificate", "[tls_native]") {
  TimedEngine timed;
  const auto session = first_session(*timed.engine, make_server());
  const auto stranger = make_server();
  auto again = resume(*timed.engine, stranger, session);
  REQUIRE(has_event(again.out, EventKind::handshake_done));
  CHECK_FALSE(again.client->facts().resumed);
  CHECK(again.client->facts().peer_chain_length == 2);
}

TEST_CASE("sessions of an engine that verifies nothing are not taken for verified",
          "[tls_native]") {
  const auto server = make_server();
  auto careless = native_engine({.verify = false, .keep_sessions = true});
  TimedEngine careful;
  auto again = resume(*careful.engine, server, first_session(*careless, server));
  CHECK_FALSE(again.client->facts().resumed);
  CHECK(again.client->facts().verified);
}

TEST_CASE("early data arrives before the handshake is complete (RFC 8446 2.3)", "[tls_native]") {
  const std::string suite =
      GENERATE("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");
  TimedEngine timed({.cipher_suites = {suite}});
  const auto server = make_server(1000);
  auto again = resume(*timed.engine, server, first_session(*timed.engine, server), hello);
  REQUIRE(has_event(again.out, EventKind::handshake_done));
  CHECK(again.client->facts().resumed);
  CHECK(again.client->facts().early_data == EarlyData::accepted);
  CHECK(again.peer.received_early() == hello);
  REQUIRE(again.client->send(as_bytes(" later"), again.out));
  exchange(*again.client, again.peer, again.out);
  CHECK(again.peer.received() == "early hello later");
}

TEST_CASE("early data that the server rejects is lost, the connection is not", "[tls_native]") {
  TimedEngine timed;
  const auto session = first_session(*timed.engine, make_server(1000));
  const auto other = make_server(1000);  // cannot read the ticket
  auto again = resume(*timed.engine, other, session, hello);
  REQUIRE(has_event(again.out, EventKind::handshake_done));
  CHECK_FALSE(again.client->facts().resumed);
  CHECK(again.client->facts().early_data == EarlyData::rejected);
  CHECK(again.peer.received().empty());
  CHECK(echoes(*again.client, again.peer));
}

TEST_CASE("a HelloRetryRequest rejects early data (RFC 8446 4.1.2)", "[tls_native]") {
  const MemoryServer server(
      {.identity = test_pki().server_identity(),
       .max_early_data = 1000,
       .configure = [](SSL_CTX* context) { SSL_CTX_set1_groups_list(context, "P-256"); }});
  TimedEngine timed({.groups = {"x25519", "P-256"}});
  auto again = resume(*timed.engine, server, first_session(*timed.engine, server), hello);
  REQUIRE(has_event(again.out, EventKind::handshake_done));
  CHECK(again.client->facts().early_data == EarlyData::rejected);
  CHECK(again.client->facts().resumed);
  CHECK(echoes(*again.client, again.peer));
}

TEST_CASE("a session that allows no early data, or less, gives an ordinary handshake",
          "[tls_native]") {
  const auto allowed = GENERATE(0U, 5U);
  TimedEngine timed;
  const auto server = make_server(allowed);
  auto client =
      timed.engine
          ->make_client({.host = "localhost", .resume = first_session(*timed.engine, server)})
          .value();
  auto peer = server.next();
  Output out;
  CHECK_FALSE(client->start_with_early_data(as_bytes(hello), out));
  exchange(*client, peer, out);
  REQUIRE(has_event(out, EventKind::handshake_done));
  CHECK(client->facts().resumed);
  CHECK(client->facts().early_data == EarlyData::not_sent);
}

namespace {

const ExternalPsk device{.identity = "dev-7", .key = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}};

Attempt with_psk(const ExternalPsk& psk, ClientSettings settings = {}) {
  MemoryServer server({.identity = test_pki().server_identity(),
                       .psk = std::make_shared<const ExternalPsk>(device)});
  return attempt(std::move(settings), server, {.host = "localhost", .psk = psk});
}

}  // namespace

TEST_CASE("both sides prove an external key, and that is no resumption (RFC 8446 4.2.11)",
          "[tls_native]") {
  const auto seen = with_psk(device);
  REQUIRE(seen.done());
  CHECK(seen.facts().external_psk);
  CHECK_FALSE(seen.facts().resumed);
  CHECK(seen.facts().peer_chain_length == 0);
}

TEST_CASE("a wrong external key ends the handshake, an unknown one is no key", "[tls_native]") {
  auto wrong = device;
  wrong.key[0] ^= 1;
  const auto refused = with_psk(wrong);
  CHECK(refused.failed());
  CHECK_FALSE(refused.done());
  const auto stranger = with_psk({.identity = "stranger", .key = device.key});
  REQUIRE(stranger.done());
  CHECK_FALSE(stranger.facts().external_psk);
  CHECK(stranger.facts().peer_chain_length == 2);
}

TEST_CASE("external keys that TLS cannot carry are refused", "[tls_native]") {
  auto engine = native_engine();
  const auto psk = GENERATE(ExternalPsk{.identity = "", .key = {1}},
                            ExternalPsk{.identity = std::string(257, 'x'), .key = {1}},
                            ExternalPsk{.identity = std::string("a\0b", 3), .key = {1}},
                            ExternalPsk{.identity = "a", .key = {}},
                            ExternalPsk{.identity = "a", .key = Bytes(513, 1)});
  const auto refused = engine->make_client({.host = "localhost", .psk = psk});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ProblemKind::usage);
}
