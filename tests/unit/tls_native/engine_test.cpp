// What the native engine takes and refuses, where its keys come from, and how it judges chains
// beside libssl.
#include "core/tls/native/x25519_batch.hpp"
#include "tests/unit/tls_native/lab.hpp"

using namespace handfast;
using namespace handfast::tls;
using namespace handfast::test;

namespace {

std::string refused(const ClientSettings& settings) {
  const auto supported = native_supports(settings);
  const auto engine = make_native_engine(settings);
  CHECK(supported.has_value() == engine.has_value());
  return supported ? "accepted" : supported.error().text();
}

}  // namespace

TEST_CASE("what the native engine lacks is refused with the reason", "[tls_native]") {
  CHECK(refused({}) == "accepted");
  CHECK(refused({.min_version = Version::tls1_3}) == "accepted");
  CHECK(refused({.max_version = Version::tls1_2}) ==
        "the native engine has no TLS 1.2 (it speaks TLS 1.3 alone; use the libssl engine)");
  CHECK(refused({.min_version = Version::dtls1_2, .max_version = Version::dtls1_2}) ==
        "the native engine has no DTLS (it speaks TLS 1.3 alone)");
  CHECK(refused({.groups = {"x25519", "P-257"}}) ==
        "the native engine has no group \"P-257\" (one of: x25519, secp256r1, x448, secp521r1, "
        "secp384r1; or use the libssl engine)");
  CHECK_THAT(refused({.groups = {"ffdhe2048"}}), Catch::Contains("no group \"ffdhe2048\""));
  CHECK_THAT(refused({.cipher_suites = {"TLS_AES_128_CCM_SHA256"}}),
             Catch::Contains("no cipher suite \"TLS_AES_128_CCM_SHA256\""));
  CHECK_THAT(refused({.ciphers = {"ECDHE-RSA-AES128-GCM-SHA256"}}),
             Catch::Contains("has no TLS 1.2, so no cipher \"ECDHE-RSA-AES128-GCM-SHA256\""));
  CHECK_THAT(refused({.signature_algorithms = {"rot13"}}),
             Catch::Contains("no signature algorithm \"rot13\""));
  CHECK_THAT(refused({.signature_algorithms = {"rsa_pkcs1_sha256"}}),
             Catch::Contains("no server can prove itself with rsa_pkcs1_sha256 under TLS 1.3"));
  CHECK_THAT(refused({.alpn = {""}}), Catch::Contains("must have 1 to 255 bytes"));
  CHECK_THAT(refused({.key_mode = KeyMode::pool, .key_pool_size = 0}),
             Catch::Contains("at least one key pair"));
  CHECK(make_libssl_engine({.key_mode = KeyMode::batch}).error().text() ==
        "the libssl engine makes a fresh key for every connection, no key batch (use the native "
        "engine, or fresh keys)");
}

TEST_CASE("strict mode refuses the same settings as with libssl, and restricts the rest",
          "[tls_native]") {
  for (const ClientSettings& settings :
       {ClientSettings{.strict = true, .groups = {"x25519"}},
        ClientSettings{.strict = true, .cipher_suites = {"TLS_CHACHA20_POLY1305_SHA256"}},
        ClientSettings{.strict = true, .signature_algorithms = {"ed25519"}},
        ClientSettings{.verify = false, .strict = true}}) {
    const auto native = make_native_engine(settings);
    REQUIRE_FALSE(native);
    CHECK(native.error().text() == make_libssl_engine(settings).error().text());
  }
  auto engine = make_native_engine({.trust = test_pki().trust(), .strict = true}).value();
  auto client = engine->make_client({.host = "localhost"}).value();
  auto server = plain_server();
  Output out;
  client->start(out);
  exchange(*client, server, out);
  REQUIRE(has_event(out, EventKind::handshake_done));
  CHECK(client->facts().group == "secp256r1");
  CHECK(client->facts().cipher_suite == "TLS_AES_256_GCM_SHA384");
}

TEST_CASE("batched x25519 keys are those that libcrypto computes, and all differ", "[tls_native]") {
  native::X25519Batch batch;
  native::RandomPool random;
  std::vector<std::array<std::uint8_t, 32>> seen;
  for (std::size_t i = 0; i < 2 * native::X25519Batch::size + 1; ++i) {
    const auto pair = batch.next(random);
    REQUIRE(pair);
    CHECK(native::x25519_public_key(pair->private_key) == pair->public_key);
    CHECK((pair->private_key[0] & 7) == 0);
    CHECK((pair->private_key[31] & 0xc0) == 0x40);
    seen.push_back(pair->public_key);
  }
  CHECK(batch.batches() == 3);
  std::ranges::sort(seen);
  CHECK(std::ranges::adjacent_find(seen) == seen.end());
}

TEST_CASE("key modes: fresh, pool and batch, named by the engine", "[tls_native]") {
  const auto mode = GENERATE(KeyMode::fresh, KeyMode::pool, KeyMode::batch);
  auto engine = native_engine({.key_mode = mode, .key_pool_size = 2});
  std::vector<Bytes> shares;
  engine->script().edit_hello = [&shares](native::ClientHello& hello) {
    shares.push_back(hello.key_shares.front().key_exchange);
  };
  for (int i = 0; i < 5; ++i) {
    auto client = engine->make_client({.host = "localhost"}).value();
    auto server = plain_server();
    Output out;
    client->start(out);
    exchange(*client, server, out);
    REQUIRE(has_event(out, EventKind::handshake_done));
    CHECK(echoes(*client, server));
  }
  std::ranges::sort(shares);
  const auto different = std::ranges::distance(shares.begin(), std::ranges::unique(shares).begin());
  CHECK(different == (mode == KeyMode::pool ? 2 : 5));
  CHECK((engine->name().find(to_string(mode)) != std::string::npos) == (mode != KeyMode::fresh));
  for (const auto& trick : engine->tricks()) {
    if (trick.name == "key pool") CHECK(trick.on == (mode == KeyMode::pool));
    if (trick.name == "key batch") CHECK(trick.on == (mode == KeyMode::batch));
  }
}

namespace {

struct Verdict {
  bool done = false;
  Cause cause = Cause::none;
  Alert alert{};
  int verify_code = 0;
  int fact_code = 0;
  bool verified = false;

  bool operator==(const Verdict&) const = default;
};

Verdict judge(Engine& engine, const Identity& identity, const std::string& host) {
  auto client = engine.make_client({.host = host}).value();
  MemoryServer server({.identity = identity});
  Output out;
  client->start(out);
  exchange(*client, server, out);
  const auto& failure = client->failure();
  return {has_event(out, EventKind::handshake_done),
          failure.cause,
          failure.alert,
          failure.verify_code,
          client->facts().verify_code,
          client->facts().verified};
}

Identity leaf(const MintOptions& options, const Minted& issuer, bool with_intermediate = true) {
  const auto made = mint(options, &issuer);
  auto chain = to_pem(made.certificate.get());
  if (with_intermediate) chain += to_pem(test_pki().intermediate.certificate.get());
  return Identity::from_pem(chain, to_pem(made.key.get()), "leaf").value();
}

}  // namespace

TEST_CASE("chains are judged as libssl judges them: outcome, alert and code", "[tls_native]") {
  const auto& pki = test_pki();
  const MintOptions good{
      .name = "localhost", .san = "DNS:localhost", .extended_usage = "serverAuth"};
  auto with = [&good](const auto& change) {
    auto options = good;
    change(options);
    return options;
  };
  const std::vector<std::pair<std::string, Identity>> identities{
      {"good", leaf(good, pki.intermediate)},
      {"expired", leaf(with([](auto& o) { o.not_before_s = -7200, o.not_after_s = -3600; }),
                       pki.intermediate)},
      {"not yet", leaf(with([](auto& o) { o.not_before_s = 3600; }), pki.intermediate)},
      {"client usage",
       leaf(with([](auto& o) { o.extended_usage = "clientAuth"; }), pki.intermediate)},
      {"no intermediate", leaf(good, pki.intermediate, false)},
      {"other root", leaf(good, pki.rogue_root, false)},
      {"other name", leaf(with([](auto& o) { o.san = "DNS:other"; }), pki.intermediate)},
      {"leaf issuer", leaf(good, pki.server)},
  };
  for (const bool verify : {true, false}) {
    for (const bool every_time : {true, false}) {
      const ClientSettings settings{.trust = pki.trust(),
                                    .verify = verify,
                                    .certificate_cache = !every_time,
                                    .verify_every_time = every_time};
      auto native = make_native_engine(settings).value();
      auto libssl = make_libssl_engine(settings).value();
      for (const auto& [name, identity] : identities) {
        for (const auto* host : {"localhost", "127.0.0.1"}) {
          INFO(name << " for " << host << (verify ? "" : " unverified"));
          const auto expected = judge(*libssl, identity, host);
          CHECK(judge(*native, identity, host) == expected);
          CHECK(judge(*native, identity, host) == expected);  // from memory, where that is on
        }
      }
    }
  }
}

TEST_CASE("anchors, partial chains and the clock are the settings'", "[tls_native]") {
  const auto intermediate =
      Trust::from_pem(to_pem(test_pki().intermediate.certificate.get()), "second").value();
  const auto identity = test_pki().server_identity();
  auto full = native_engine({.trust = intermediate});
  CHECK(judge(*full, identity, "localhost").verify_code == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT);
  auto partial = native_engine({.trust = intermediate, .partial_chain = true});
  CHECK(judge(*partial, identity, "localhost").done);
  auto careless_about_names = native_engine({.check_host = false});
  CHECK(judge(*careless_about_names, identity, "other.test").done);

  auto now = std::chrono::system_clock::now();
  auto remembering =
      native_engine({.certificate_cache = true, .verify_every_time = false, .wall_clock = [&now] {
                       return now;
                     }});
  CHECK(judge(*remembering, identity, "localhost").done);
  now += std::chrono::hours(48);
  CHECK(judge(*remembering, identity, "localhost").verify_code == X509_V_ERR_CERT_HAS_EXPIRED);
}

TEST_CASE("remembered chains and parsed certificates are told as such", "[tls_native]") {
  auto engine = native_engine({.certificate_cache = true, .verify_every_time = false});
  for (const bool before : {false, true, true}) {
    auto client = engine->make_client({.host = "localhost"}).value();
    auto server = plain_server();
    Output out;
    client->start(out);
    exchange(*client, server, out);
    REQUIRE(has_event(out, EventKind::handshake_done));
    CHECK(client->facts().chain_remembered == before);
    CHECK(client->facts().certificates_cached == before);
    CHECK(client->facts().verified);
  }
  for (const auto& trick : engine->tricks()) {
    if (trick.name == "verified-chain cache") CHECK(trick.hits == 2);
  }
}

TEST_CASE("a key usage without digitalSignature cannot sign (RFC 8446 4.4.2.2)", "[tls_native]") {
  auto made = mint({.name = "localhost", .san = "DNS:localhost"}, &test_pki().root);
  auto* certificate = made.certificate.get();
  X509_EXTENSION_free(
      X509_delete_ext(certificate, X509_get_ext_by_NID(certificate, NID_key_usage, -1)));
  X509_EXTENSION* usage =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_key_usage, "critical,keyEncipherment");
  X509_add_ext(certificate, usage, -1);
  X509_EXTENSION_free(usage);
  X509_sign(certificate, test_pki().root.key.get(), EVP_sha256());
  // Parsed again: the usage was read while it was signed the first time.
  const auto identity =
      Identity::from_pem(to_pem(certificate), to_pem(made.key.get()), "usage").value();
  MemoryServer server({.identity = identity});
  const auto seen = attempt({}, server);
  CHECK(seen.failure().detail ==
        "Certificate: its key usage lacks digitalSignature (RFC 8446 4.4.2.2)");
}
