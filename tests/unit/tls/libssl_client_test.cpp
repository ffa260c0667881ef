#include "core/tls/client.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/memory_server.hpp"
#include "tests/support/mint.hpp"

using namespace handfast;
using namespace handfast::tls;
using namespace handfast::test;

namespace {

std::unique_ptr<Client> make_client(Engine& engine,
                                    ConnectionSettings settings = {.host = "localhost"}) {
  return engine.make_client(settings).value();
}

std::unique_ptr<Engine> make_engine(ClientSettings settings = {}) {
  if (settings.trust.empty()) settings.trust = test_pki().trust();
  return make_libssl_engine(settings).value();
}

}  // namespace

TEST_CASE(
    "a TLS 1.3 handshake completes, verifies the chain and records what was negotiated (S0-09 "
    "S4-04)",
    "[tls]") {
  auto engine = make_engine();
  auto client = make_client(*engine, {.host = "localhost", .record_messages = true});
  MemoryServer server({.identity = test_pki().server_identity()});
  Output out;
  client->start(out);
  exchange(*client, server, out);

  REQUIRE(has_event(out, EventKind::handshake_done));
  const auto& facts = client->facts();
  CHECK(facts.version == Version::tls1_3);
  CHECK(facts.cipher_suite == "TLS_AES_256_GCM_SHA384");
  CHECK(facts.group == "x25519");
  CHECK(facts.signature == "ecdsa_secp256r1_sha256");
  CHECK(facts.verified);
  CHECK(facts.verify_code == X509_V_OK);
  CHECK_FALSE(facts.certificate_requested);
  CHECK(facts.peer_chain_length == 2);
  REQUIRE(facts.peer_chain.size() == 2);
  CHECK(facts.peer_chain[0] == to_der(test_pki().server.certificate.get()));
  REQUIRE_FALSE(facts.messages.empty());
  CHECK(handshake_name(facts.messages.front().type) == "ClientHello");
  CHECK(facts.messages.front().sent);

  client->release_buffers();
  CHECK(facts.messages.empty());
  CHECK(facts.peer_chain.empty());
  CHECK(facts.peer_chain_length == 2);
}

TEST_CASE("application bytes cross both ways, in pieces of any size", "[tls]") {
  const auto piece =
      GENERATE(std::size_t{1}, std::size_t{3}, std::size_t{100}, std::size_t{100'000});
  auto engine = make_engine();
  auto client = make_client(*engine);
  MemoryServer server({.identity = test_pki().server_identity()});
  Output out;
  client->start(out);
  const std::string payload(20'000, 'x');
  bool sent = false;
  for (int round = 0; round < 20 && !out.wire.empty(); ++round) {
    const Bytes answer = server.feed(std::exchange(out.wire, {}));
    for (std::size_t at = 0; at < answer.size(); at += piece) {
      client->feed(ByteView(answer).subspan(at, std::min(piece, answer.size() - at)), out);
    }
    if (has_event(out, EventKind::handshake_done) && !sent)
      sent = client->send(as_bytes(payload), out);
  }
  CHECK(sent);
  CHECK(server.received() == payload);
  CHECK(as_text(out.plain) == payload);
}

TEST_CASE("TLS 1.2 works behind the same seam", "[tls]") {
  auto engine = make_engine({.max_version = Version::tls1_2});
  auto client = make_client(*engine);
  MemoryServer server({.identity = test_pki().server_identity()});
  Output out;
  client->start(out);
  exchange(*client, server, out);
  REQUIRE(has_event(out, EventKind::handshake_done));
  CHECK(client->facts().version == Version::tls1_2);
  CHECK(client->facts().group == "x25519");
  CHECK(client->facts().signature == "ecdsa_sha256");
  CHECK(client->facts().peer_chain_length == 2);
}

TEST_CASE("a client certificate goes out when the server asks, and only then", "[tls]") {
  auto engine = make_engine();
  auto client =
      make_client(*engine, {.host = "127.0.0.1", .identity = test_pki().client_identity()});
  MemoryServer asking(
      {.identity = test_pki().server_identity(), .client_trust = test_pki().trust()});
  Output out;
  client->start(out);
  exchange(*client, asking, out);
  client->send(as_bytes("hi"), out);
  exchange(*client, asking, out);
  CHECK(client->facts().certificate_requested);
  CHECK(client->facts().certificate_sent);
  CHECK(as_text(out.plain) == "hi");

  auto quiet =
      make_client(*engine, {.host = "127.0.0.1", .identity = test_pki().client_identity()});
  MemoryServer one_way({.identity = test_pki().server_identity()});
  out.clear();
  quiet->start(out);
  exchange(*quiet, one_way, out);
  CHECK(has_event(out, EventKind::handshake_done));
  CHECK_FALSE(quiet->facts().certificate_sent);
}

TEST_CASE("close_notify is an orderly end in both directions", "[tls]") {
  auto engine = make_engine();
  auto client = make_client(*engine);
  MemoryServer server({.identity = test_pki().server_identity()});
  Output out;
  client->start(out);
  exchange(*client, server, out);
  out.clear();
  client->feed(server.close(), out);
  CHECK(has_event(out, EventKind::closed));
  REQUIRE(client->facts().alert_received);
  CHECK(client->facts().alert_received->description == 0);
  CHECK(client->failure().cause == Cause::none);

  auto other = make_client(*engine);
  MemoryServer second({.identity = test_pki().server_identity()});
  out.clear();
  other->start(out);
  exchange(*other, second, out);
  out.clear();
  other->close(CloseStyle::close_notify, out);
  CHECK_FALSE(out.wire.empty());
  CHECK(other->facts().alert_sent == Alert{1, 0});
  CHECK_FALSE(other->send(as_bytes("late"), out));
}

TEST_CASE("a ticket resumes, and the facts say so", "[tls]") {
  auto engine = make_engine({.keep_sessions = true});
  auto client = make_client(*engine);
  MemoryServer server({.identity = test_pki().server_identity()});
  Output out;
  client->start(out);
  exchange(*client, server, out);
  REQUIRE(has_event(out, EventKind::session));
  CHECK_FALSE(client->facts().resumed);
  const auto session = client->take_session();
  REQUIRE(session != nullptr);

  auto again = make_client(*engine, {.host = "localhost", .resume = session});
  auto next = server.next();
  out.clear();
  again->start(out);
  exchange(*again, next, out);
  CHECK(has_event(out, EventKind::handshake_done));
  CHECK(again->facts().resumed);
  CHECK(again->facts().peer_chain_length == 0);
}

TEST_CASE("key log lines arrive only when asked for", "[tls]") {
  std::string log;
  ClientSettings settings{
      .key_log = [&log](std::string_view line) { log += std::string(line) + "\n"; }};
  auto engine = make_engine(settings);
  auto client = make_client(*engine);
  MemoryServer server({.identity = test_pki().server_identity()});
  Output out;
  client->start(out);
  exchange(*client, server, out);
  CHECK_THAT(log, Catch::Contains("CLIENT_HANDSHAKE_TRAFFIC_SECRET "));
}

TEST_CASE("settings that OpenSSL does not know are refused before any connection", "[tls]") {
  const auto engine = make_libssl_engine({.groups = {"x25519", "P-257"}});
  CHECK_THAT(
      engine.error().text(),
      Catch::Contains("accepts no groups \"x25519:P-257\" (for example x25519, P-256, P-384)"));
  CHECK_FALSE(make_libssl_engine({.cipher_suites = {"TLS_NULL"}}));
  CHECK_FALSE(make_libssl_engine({.signature_algorithms = {"rot13"}}));
  CHECK_FALSE(make_libssl_engine({.alpn = {""}}));
}
