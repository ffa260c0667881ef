// Groups, signatures, names and versions: what the native client negotiates with libssl's server.
#include "tests/unit/tls_native/lab.hpp"

using namespace handfast;
using namespace handfast::tls;
using namespace handfast::test;

TEST_CASE("every group, by each of its names", "[tls_native]") {
  const auto [name, negotiated] =
      GENERATE(table<std::string, std::string>({{"x25519", "x25519"},
                                                {"X25519", "x25519"},
                                                {"P-256", "secp256r1"},
                                                {"prime256v1", "secp256r1"},
                                                {"secp384r1", "secp384r1"},
                                                {"P-521", "secp521r1"},
                                                {"x448", "x448"}}));
  auto server = plain_server();
  auto seen = attempt({.groups = {name}}, server);
  REQUIRE(seen.done());
  CHECK(seen.facts().group == negotiated);
  CHECK(echoes(*seen.client, server));
}

TEST_CASE("a server that wants another group asks again, and gets it (RFC 8446 4.1.4)",
          "[tls_native]") {
  const auto [group, suite] =
      GENERATE(table<std::string, std::string>({{"P-256", "TLS_AES_128_GCM_SHA256"},
                                                {"P-384", "TLS_AES_256_GCM_SHA384"},
                                                {"X25519", "TLS_CHACHA20_POLY1305_SHA256"}}));
  auto server = plain_server(
      [&group](SSL_CTX* context) { SSL_CTX_set1_groups_list(context, group.c_str()); });
  ClientSettings settings{.groups = {"P-521", "x25519", "P-256", "P-384"},
                          .cipher_suites = {suite}};
  auto seen = attempt(settings, server, {.host = "localhost", .record_messages = true});
  REQUIRE(seen.done());
  CHECK(seen.facts().group == native::find_group(std::string_view(group))->name);
  const auto hellos = std::ranges::count_if(
      seen.facts().messages, [](const auto& message) { return message.sent && message.type == 1; });
  CHECK(hellos == 2);
  CHECK(echoes(*seen.client, server));
}

TEST_CASE("a server without state gets its cookie back (RFC 8446 4.2.2)", "[tls_native]") {
  const bool other_group = GENERATE(false, true);
  auto server = plain_server([other_group](SSL_CTX* context) {
    if (other_group) SSL_CTX_set1_groups_list(context, "P-256");
    SSL_CTX_set_stateless_cookie_generate_cb(context,
                                             [](SSL*, unsigned char* cookie, std::size_t* size) {
                                               *size = 3;
                                               std::copy_n("abc", 3, cookie);
                                               return 1;
                                             });
    SSL_CTX_set_stateless_cookie_verify_cb(
        context, [](SSL*, const unsigned char* cookie, std::size_t size) {
          return size == 3 && std::equal(cookie, cookie + 3, "abc") ? 1 : 0;
        });
  });
  auto engine = native_engine();
  auto client = engine->make_client({.host = "localhost"}).value();
  Output out;
  client->start(out);
  const Bytes first = std::exchange(out.wire, {});
  BIO_write(SSL_get_rbio(server.ssl()), first.data(), static_cast<int>(first.size()));
  CHECK(SSL_stateless(server.ssl()) == 0);  // it asks, and forgets
  client->feed(server.drain(), out);
  const Bytes second = std::exchange(out.wire, {});
  BIO_write(SSL_get_rbio(server.ssl()), second.data(), static_cast<int>(second.size()));
  CHECK(SSL_stateless(server.ssl()) == -1);  // the compatibility record, which it drops
  CHECK(SSL_stateless(server.ssl()) == 1);
  const Bytes answer = server.feed({});
  client->feed(answer, out);
  exchange(*client, server, out);
  REQUIRE(has_event(out, EventKind::handshake_done));
  CHECK(echoes(*client, server));
}

namespace {

struct KeyKind {
  std::string type;  ///< as EVP_PKEY_Q_keygen knows it; "P-256" and so on for curves
  std::string scheme;
};

PkeyPtr make_key(const std::string& type) {
  if (type.starts_with("P-")) return PkeyPtr(EVP_EC_gen(type.c_str()));
  if (type == "RSA") return PkeyPtr(EVP_RSA_gen(2048));
  if (type == "RSA-PSS") {
    const PkeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA-PSS", nullptr));
    EVP_PKEY* key = nullptr;
    EVP_PKEY_keygen_init(context.get());
    EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), 2048);
    EVP_PKEY_generate(context.get(), &key);
    return PkeyPtr(key);
  }
  return PkeyPtr(EVP_PKEY_Q_keygen(nullptr, nullptr, type.c_str()));
}

/// `like` with another key, signed by `issuer`.
Identity with_key(const Minted& like, const Minted& issuer, PkeyPtr key) {
  const CertificatePtr copy(X509_dup(like.certificate.get()));
  X509_set_pubkey(copy.get(), key.get());
  X509_sign(copy.get(), issuer.key.get(), EVP_sha256());
  return Identity::from_pem(to_pem(copy.get()) + to_pem(test_pki().intermediate.certificate.get()),
                            to_pem(key.get()), "with key")
      .value();
}

const std::vector<KeyKind> kinds{{"P-256", "ecdsa_secp256r1_sha256"},
                                 {"P-384", "ecdsa_secp384r1_sha384"},
                                 {"P-521", "ecdsa_secp521r1_sha512"},
                                 {"ED25519", "ed25519"},
                                 {"ED448", "ed448"},
                                 {"RSA", "rsa_pss_rsae_sha256"},
                                 {"RSA", "rsa_pss_rsae_sha384"},
                                 {"RSA", "rsa_pss_rsae_sha512"},
                                 {"RSA-PSS", "rsa_pss_pss_sha256"},
                                 {"RSA-PSS", "rsa_pss_pss_sha384"},
                                 {"RSA-PSS", "rsa_pss_pss_sha512"}};

}  // namespace

TEST_CASE("servers prove themselves with every signature scheme", "[tls_native]") {
  for (const auto& kind : kinds) {
    INFO(kind.scheme);
    const auto identity = with_key(test_pki().server, test_pki().intermediate, make_key(kind.type));
    MemoryServer server({.identity = identity});
    auto seen = attempt({.signature_algorithms = {kind.scheme, "ecdsa_secp256r1_sha256"}}, server);
    REQUIRE(seen.done());
    CHECK(seen.facts().signature == kind.scheme);
  }
}

TEST_CASE("clients prove themselves with every signature scheme", "[tls_native]") {
  for (const auto& kind : kinds) {
    INFO(kind.scheme);
    MemoryServer server(
        {.identity = test_pki().server_identity(), .client_trust = test_pki().trust()});
    const auto identity = with_key(test_pki().client, test_pki().intermediate, make_key(kind.type));
    auto seen = attempt({.signature_algorithms = {kind.scheme, "ecdsa_secp256r1_sha256"}}, server,
                        {.host = "localhost", .identity = identity});
    REQUIRE(seen.done());
    CHECK(seen.facts().certificate_requested);
    CHECK(seen.facts().certificate_sent);
    CHECK(echoes(*seen.client, server));
  }
}

TEST_CASE("a server that asks gets an empty Certificate from a client without, and refuses it",
          "[tls_native]") {
  MemoryServer server(
      {.identity = test_pki().server_identity(), .client_trust = test_pki().trust()});
  auto seen = attempt({}, server);
  CHECK(seen.done());
  CHECK(seen.failed());
  CHECK(seen.failure().cause == Cause::alert_received);
  CHECK(to_string(seen.failure().alert) == "certificate_required (116)");
  CHECK(seen.facts().certificate_requested);
  CHECK_FALSE(seen.facts().certificate_sent);
}

TEST_CASE("a foreign client certificate is answered with unknown_ca", "[tls_native]") {
  MemoryServer server(
      {.identity = test_pki().server_identity(), .client_trust = test_pki().trust()});
  const auto stranger = Identity::from_pem(to_pem(test_pki().stranger.certificate.get()),
                                           to_pem(test_pki().stranger.key.get()), "s")
                            .value();
  auto seen = attempt({}, server, {.host = "localhost", .identity = stranger});
  CHECK(seen.facts().certificate_sent);
  CHECK(to_string(seen.failure().alert) == "unknown_ca (48)");
}

namespace {

/// Selects "mqtt" and tells what it was offered.
MemoryServer alpn_server(std::string& asked_for) {
  return plain_server([&asked_for](SSL_CTX* context) {
    SSL_CTX_set_alpn_select_cb(
        context,
        [](SSL* ssl, const unsigned char** out, unsigned char* size, const unsigned char* in,
           unsigned in_size, void* seen) {
          const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
          *static_cast<std::string*>(seen) = name != nullptr ? name : "(none)";
          unsigned char* chosen = nullptr;
          static const unsigned char mqtt[] = "\4mqtt";
          const int status = SSL_select_next_proto(&chosen, size, mqtt, 5, in, in_size);
          *out = chosen;
          return status == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
        },
        &asked_for);
  });
}

}  // namespace

TEST_CASE("the server name and the application protocol cross", "[tls_native]") {
  std::string name;
  auto server = alpn_server(name);
  auto seen = attempt({.alpn = {"http/1.1", "mqtt"}}, server);
  REQUIRE(seen.done());
  CHECK(seen.facts().alpn == "mqtt");
  CHECK(name == "localhost");

  auto by_address = alpn_server(name);
  CHECK(attempt({.alpn = {"mqtt"}}, by_address, {.host = "127.0.0.1"}).done());
  CHECK(name == "(none)");  // RFC 6066 section 3: no address

  auto without = alpn_server(name);
  CHECK(attempt({.alpn = {"mqtt"}, .server_name_indication = false}, without).done());
  CHECK(name == "(none)");

  auto other = alpn_server(name);
  auto unselected = attempt({.alpn = {"coap"}}, other);
  CHECK(unselected.done());
  CHECK(unselected.facts().alpn.empty());
}

TEST_CASE("a staple is asked for and handed on (RFC 8446 4.4.2.1)", "[tls_native]") {
  const auto with_staple = [](SSL_CTX* context) {
    SSL_CTX_set_tlsext_status_cb(
        context, +[](SSL* ssl, void*) {
          auto* copy = static_cast<unsigned char*>(OPENSSL_malloc(4));
          std::copy_n("ocsp", 4, copy);
          SSL_set_tlsext_status_ocsp_resp(ssl, copy, 4);
          return SSL_TLSEXT_ERR_OK;
        });
  };
  auto server = plain_server(with_staple);
  auto seen = attempt({}, server, {.host = "localhost", .request_staple = true});
  REQUIRE(seen.done());
  CHECK(as_text(seen.facts().ocsp_staple) == "ocsp");
  auto again = plain_server(with_staple);
  auto unasked = attempt({}, again);
  CHECK(unasked.done());
  CHECK(unasked.facts().ocsp_staple.empty());
}

TEST_CASE("a server without TLS 1.3 refuses, and one that answers with TLS 1.2 is refused",
          "[tls_native]") {
  MemoryServer server({.identity = test_pki().server_identity(), .max_version = TLS1_2_VERSION});
  auto seen = attempt({}, server);
  CHECK(seen.failure().cause == Cause::alert_received);
  CHECK(to_string(seen.failure().alert) == "protocol_version (70)");
}

TEST_CASE("records as small as a server cares to make, and chains as long", "[tls_native]") {
  std::string chain = test_pki().server_chain_pem();
  for (int i = 0; i < 150; ++i) chain += to_pem(test_pki().rogue_root.certificate.get());
  const auto identity =
      Identity::from_pem(chain, to_pem(test_pki().server.key.get()), "long").value();
  MemoryServer server({.identity = identity, .configure = [](SSL_CTX* context) {
                         SSL_CTX_set_max_send_fragment(context, 512);
                         SSL_CTX_set_block_padding(context, 64);
                       }});
  auto seen = attempt({}, server);
  REQUIRE(seen.done());
  CHECK(seen.facts().peer_chain_length == 152);
  CHECK(seen.facts().peer_chain_bytes > 50'000);
  CHECK(echoes(*seen.client, server, std::string(5000, 'z')));
}
