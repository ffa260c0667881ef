#include <openssl/err.h>

#include "core/tls/client.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/memory_server.hpp"
#include "tests/support/mint.hpp"

using namespace handfast;
using namespace handfast::tls;
using namespace handfast::test;

namespace {

struct Attempt {
  std::unique_ptr<Engine> engine;
  std::unique_ptr<Client> client;
  Output out;
};

Attempt attempt(ClientSettings settings, const ConnectionSettings& connection,
                MemoryServer& server) {
  Attempt made;
  made.engine = make_libssl_engine(settings).value();
  made.client = made.engine->make_client(connection).value();
  made.client->start(made.out);
  exchange(*made.client, server, made.out);
  return made;
}

MemoryServer one_way() { return MemoryServer({.identity = test_pki().server_identity()}); }

tls::Trust rogue_trust() {
  return Trust::from_pem(to_pem(test_pki().rogue_root.certificate.get()), "rogue").value();
}

}  // namespace

TEST_CASE(
    "TLS 1.3: a missing client certificate shows after the handshake call succeeded, by name and "
    "number",
    "[tls]") {
  MemoryServer server(
      {.identity = test_pki().server_identity(), .client_trust = test_pki().trust()});
  auto seen = attempt({.trust = test_pki().trust()}, {.host = "localhost"}, server);
  CHECK(has_event(seen.out, EventKind::handshake_done));
  CHECK(has_event(seen.out, EventKind::failed));
  CHECK(seen.client->failure().cause == Cause::alert_received);
  CHECK(to_string(seen.client->failure().alert) == "certificate_required (116)");
  CHECK(seen.client->facts().certificate_requested);
  CHECK_FALSE(seen.client->facts().certificate_sent);
}

TEST_CASE("TLS 1.2: a missing client certificate stops the handshake itself", "[tls]") {
  MemoryServer server(
      {.identity = test_pki().server_identity(), .client_trust = test_pki().trust()});
  auto seen = attempt({.trust = test_pki().trust(), .max_version = Version::tls1_2},
                      {.host = "localhost"}, server);
  CHECK_FALSE(has_event(seen.out, EventKind::handshake_done));
  CHECK(seen.client->failure().cause == Cause::alert_received);
  CHECK(to_string(seen.client->failure().alert) == "handshake_failure (40)");
}

TEST_CASE("a foreign client certificate is answered with unknown_ca", "[tls]") {
  MemoryServer server(
      {.identity = test_pki().server_identity(), .client_trust = test_pki().trust()});
  const auto stranger = Identity::from_pem(to_pem(test_pki().stranger.certificate.get()),
                                           to_pem(test_pki().stranger.key.get()), "s")
                            .value();
  auto seen =
      attempt({.trust = test_pki().trust()}, {.host = "localhost", .identity = stranger}, server);
  CHECK(seen.client->facts().certificate_sent);
  CHECK(to_string(seen.client->failure().alert) == "unknown_ca (48)");
}

TEST_CASE("a wrong CA is refused by us: alert sent, verify code in words (S4-03)", "[tls]") {
  auto server = one_way();
  auto seen = attempt({.trust = rogue_trust()}, {.host = "localhost"}, server);
  const auto& failure = seen.client->failure();
  CHECK(failure.cause == Cause::alert_sent);
  CHECK(to_string(failure.alert) == "unknown_ca (48)");
  CHECK(failure.verify_code == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
  CHECK(verify_text(failure.verify_code) == "unable to get local issuer certificate");
}

TEST_CASE("a wrong host name is refused, for names and for addresses (S4-35)", "[tls]") {
  auto server = one_way();
  auto name = attempt({.trust = test_pki().trust()}, {.host = "other.test"}, server);
  CHECK(name.client->failure().verify_code == X509_V_ERR_HOSTNAME_MISMATCH);
  auto again = one_way();
  auto address = attempt({.trust = test_pki().trust()}, {.host = "127.0.0.2"}, again);
  CHECK(address.client->failure().verify_code == X509_V_ERR_IP_ADDRESS_MISMATCH);

  // A certificate with names alone: by name it works, by address it does not.
  const auto named = mint({.name = "localhost", .san = "DNS:localhost"}, &test_pki().root);
  const auto identity =
      Identity::from_pem(to_pem(named.certificate.get()), to_pem(named.key.get()), "named").value();
  MemoryServer by_name({.identity = identity});
  CHECK(has_event(attempt({.trust = test_pki().trust()}, {.host = "localhost"}, by_name).out,
                  EventKind::handshake_done));
  MemoryServer by_address({.identity = identity});
  auto lacking = attempt({.trust = test_pki().trust()}, {.host = "127.0.0.1"}, by_address);
  CHECK(lacking.client->failure().verify_code == X509_V_ERR_IP_ADDRESS_MISMATCH);
}

TEST_CASE("TLS hides application bytes and notices when one is changed (S4-02)", "[tls]") {
  auto server = one_way();
  auto seen = attempt({.trust = test_pki().trust()}, {.host = "localhost"}, server);
  REQUIRE(seen.client->facts().verified);  // authenticated: the chain and the name
  const std::string secret = "a secret that nobody else may read";
  seen.out.clear();
  REQUIRE(seen.client->send(as_bytes(secret), seen.out));
  CHECK(as_text(seen.out.wire).find(secret) == std::string_view::npos);  // encrypted
  Bytes answer = server.feed(std::exchange(seen.out.wire, {}));          // the echo
  CHECK(server.received() == secret);
  CHECK(as_text(answer).find(secret) == std::string_view::npos);
  answer.back() ^= 1;  // within the authentication tag of the last record
  seen.client->feed(answer, seen.out);
  CHECK(seen.out.plain.empty());
  CHECK(has_event(seen.out, EventKind::failed));
  CHECK(seen.client->failure().cause != Cause::none);
  REQUIRE(seen.client->facts().alert_sent);
  CHECK(to_string(*seen.client->facts().alert_sent) == "bad_record_mac (20)");
}

TEST_CASE("an intermediate is an anchor only with partial chains switched on (S4-04)", "[tls]") {
  const auto trust =
      Trust::from_pem(to_pem(test_pki().intermediate.certificate.get()), "second").value();
  auto server = one_way();
  auto strict = attempt({.trust = trust}, {.host = "localhost"}, server);
  CHECK(strict.client->failure().verify_code == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT);
  auto again = one_way();
  auto partial = attempt({.trust = trust, .partial_chain = true}, {.host = "localhost"}, again);
  CHECK(has_event(partial.out, EventKind::handshake_done));
}

TEST_CASE("verification off accepts, and the facts do not claim that it was checked", "[tls]") {
  auto server = one_way();
  auto seen = attempt({.trust = rogue_trust(), .verify = false}, {.host = "other.test"}, server);
  CHECK(has_event(seen.out, EventKind::handshake_done));
  CHECK_FALSE(seen.client->facts().verified);
}

TEST_CASE("a peer that speaks no TLS is a protocol failure, not a refusal", "[tls]") {
  const std::string answer =
      GENERATE(as<std::string>{}, "HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH\r\n",
               std::string(600, '\0'), std::string(600, '\xff'));
  auto engine = make_libssl_engine({.trust = test_pki().trust()}).value();
  auto client = engine->make_client({.host = "localhost"}).value();
  Output out;
  client->start(out);
  client->feed(as_bytes(answer), out);
  CHECK(has_event(out, EventKind::failed));
  CHECK(client->failure().cause == Cause::protocol);
  CHECK_FALSE(client->failure().detail.empty());
}

TEST_CASE(
    "a transport that ends at any byte of the server's flight is truncation, never a hang or "
    "success",
    "[tls]") {
  auto engine = make_libssl_engine({.trust = test_pki().trust()}).value();
  auto probe = engine->make_client({.host = "localhost"}).value();
  Output out;
  probe->start(out);
  auto server = one_way();
  const Bytes flight = server.feed(out.wire);
  REQUIRE(flight.size() > 500);
  for (std::size_t cut = 0; cut < 400; cut += 7) {
    INFO("cut at " << cut);
    auto client = engine->make_client({.host = "localhost"}).value();
    auto fresh = one_way();
    out.clear();
    client->start(out);
    const Bytes answer = fresh.feed(std::exchange(out.wire, {}));
    client->feed(ByteView(answer).first(cut), out);
    client->feed_end(out);
    CHECK(client->failure().cause == Cause::truncated);
    CHECK_FALSE(has_event(out, EventKind::handshake_done));
  }
}

TEST_CASE("a server hello with one byte flipped is refused and never accepted", "[tls]") {
  auto engine = make_libssl_engine({.trust = test_pki().trust()}).value();
  for (std::size_t at = 0; at < 90; ++at) {
    if (at == 2)
      continue;  // minor of legacy_record_version: "MUST be ignored", RFC 8446 section 5.1
    INFO("byte " << at);
    auto client = engine->make_client({.host = "localhost"}).value();
    auto server = one_way();
    Output out;
    client->start(out);
    Bytes answer = server.feed(std::exchange(out.wire, {}));
    answer[at] ^= 0x5a;
    client->feed(answer, out);
    client->feed_end(out);
    CHECK_FALSE(has_event(out, EventKind::handshake_done));
    CHECK(client->failure().cause != Cause::none);
  }
}

TEST_CASE("only TLS 1.2 offered to a TLS 1.3-only client is refused with protocol_version",
          "[tls]") {
  MemoryServer server({.identity = test_pki().server_identity(), .max_version = TLS1_2_VERSION});
  auto seen = attempt({.trust = test_pki().trust(), .min_version = Version::tls1_3},
                      {.host = "localhost"}, server);
  CHECK(seen.client->failure().cause == Cause::alert_received);
  CHECK(to_string(seen.client->failure().alert) == "protocol_version (70)");
}
