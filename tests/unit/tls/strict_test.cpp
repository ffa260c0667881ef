#include "core/tls/strict.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/memory_server.hpp"
#include "tests/support/mint.hpp"

using namespace handfast;
using namespace handfast::tls;
using namespace handfast::test;

namespace {

std::string refused(const ClientSettings& settings) {
  const auto engine = make_libssl_engine(settings);
  return engine ? "accepted" : engine.error().text();
}

struct Handshake {
  Facts facts;
  Failure failure;
  bool done = false;
};

Handshake shake(const ClientSettings& settings, const Identity& identity, int version) {
  auto engine = make_libssl_engine(settings).value();
  auto client = engine->make_client({.host = "localhost"}).value();
  MemoryServer server({.identity = identity, .max_version = version});
  Output out;
  client->start(out);
  exchange(*client, server, out);
  return {client->facts(), client->failure(), has_event(out, EventKind::handshake_done)};
}

}  // namespace

TEST_CASE("strict mode speaks approved groups and suites alone, in both versions (S4-59)",
          "[tls]") {
  const auto identity = test_pki().server_identity();
  const ClientSettings usual{.trust = test_pki().trust()};
  const ClientSettings strict{.trust = test_pki().trust(), .strict = true};
  CHECK(shake(usual, identity, TLS1_3_VERSION).facts.group == "x25519");
  const auto newer = shake(strict, identity, TLS1_3_VERSION);
  CHECK(newer.done);
  CHECK(newer.facts.version == Version::tls1_3);
  CHECK(newer.facts.group == "secp256r1");
  CHECK(newer.facts.cipher_suite == "TLS_AES_256_GCM_SHA384");
  const auto older = shake(strict, identity, TLS1_2_VERSION);
  CHECK(older.done);
  CHECK(older.facts.version == Version::tls1_2);
  CHECK(older.facts.group == "secp256r1");
  CHECK(older.facts.cipher_suite == "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
}

TEST_CASE("strict mode refuses a chain that RFC 5280 forbids and others let pass (S4-59)",
          "[tls]") {
  // A leaf without authorityKeyIdentifier below a CA: RFC 5280 section 4.2.1.1 demands one.
  auto leaf = mint({.name = "localhost", .san = "DNS:localhost", .extended_usage = "serverAuth"},
                   &test_pki().root);
  auto* certificate = leaf.certificate.get();
  const int at = X509_get_ext_by_NID(certificate, NID_authority_key_identifier, -1);
  REQUIRE(at >= 0);
  X509_EXTENSION_free(X509_delete_ext(certificate, at));
  REQUIRE(X509_sign(certificate, test_pki().root.key.get(), EVP_sha256()) > 0);
  const auto identity =
      Identity::from_pem(to_pem(certificate), to_pem(leaf.key.get()), "leaf").value();
  CHECK(shake({.trust = test_pki().trust()}, identity, TLS1_3_VERSION).done);
  const auto strict =
      shake({.trust = test_pki().trust(), .strict = true}, identity, TLS1_3_VERSION);
  CHECK_FALSE(strict.done);
  CHECK(strict.failure.verify_code == X509_V_ERR_MISSING_AUTHORITY_KEY_IDENTIFIER);
}

TEST_CASE("what strict mode does not allow is named before any connection (S4-59)", "[tls]") {
  CHECK(refused({.strict = true}) == "accepted");
  CHECK(refused({.strict = true, .groups = {"P-384"}}) == "accepted");
  CHECK(refused({.strict = true, .groups = {"P-256", "x25519"}}) ==
        "strict mode does not allow the group \"x25519\" (one of: P-256, P-384, P-521)");
  CHECK(refused({.strict = true, .cipher_suites = {"TLS_CHACHA20_POLY1305_SHA256"}}) ==
        "strict mode does not allow the TLS 1.3 cipher suite \"TLS_CHACHA20_POLY1305_SHA256\" "
        "(one of: TLS_AES_256_GCM_SHA384, TLS_AES_128_GCM_SHA256)");
  CHECK(refused({.strict = true, .ciphers = {"AES128-GCM-SHA256"}})
            .starts_with("strict mode does not allow the TLS 1.2 cipher"));
  CHECK(refused({.strict = true, .signature_algorithms = {"ed25519"}})
            .starts_with("strict mode does not allow the signature algorithm \"ed25519\""));
  CHECK(refused({.verify = false, .strict = true}) ==
        "strict mode verifies every server (leave out \"verify: false\", or \"strict\")");
}
