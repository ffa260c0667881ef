#include "pki/mint/raw_key.hpp"

#include <openssl/x509.h>

#include <set>

#include "pki/fleet/detail/pem.hpp"
#include "pki/mint/detail/random_pool.hpp"
#include "pki/mint/key_bytes.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::pki;

namespace {

constexpr KeyType all_types[] = {KeyType::p256,    KeyType::p384,       KeyType::p521,
                                 KeyType::ed25519, KeyType::ed448,      KeyType::rsa2048,
                                 KeyType::p192,    KeyType::rsapss2048, KeyType::secp256k1};

Bytes pkcs8_of(const EVP_PKEY* key) {
  const tls::OpensslPtr<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free> info(EVP_PKEY2PKCS8(key));
  unsigned char* der = nullptr;
  const int size = i2d_PKCS8_PRIV_KEY_INFO(info.get(), &der);
  Bytes out(der, der + size);
  OPENSSL_free(der);
  return out;
}

Bytes public_of(const EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  Bytes out(der, der + size);
  OPENSSL_free(der);
  return out;
}

}  // namespace

TEST_CASE("raw keys of every type are keys, and their DER is the one that OpenSSL writes",
          "[pki]") {
  for (const auto type : all_types) {
    INFO(to_string(type));
    auto maker = RawKeyMaker::of(type).value();
    Bytes first;
    REQUIRE(maker.make(first));
    const auto key = decode_key(first, type).value();
    CHECK(is_of_type(key.get(), type));
    const tls::PkeyContextPtr check(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
    CHECK(EVP_PKEY_pairwise_check(check.get()) == 1);

    const auto shape = KeyShape::of(key.get(), type).value();
    Bytes public_der;
    REQUIRE(shape.put_public(first, public_der));
    CHECK(public_der == public_of(key.get()));
    Bytes private_der;
    REQUIRE(shape.put_private(first, private_der));
    CHECK(private_der == pkcs8_of(key.get()));
    Bytes again;
    REQUIRE(detail::put_key_bytes(private_der, type, again));
    CHECK(again == first);
    CHECK(detail::type_of_pkcs8(private_der).value() == type);
  }
}

TEST_CASE("two raw keys are never the same", "[pki]") {
  for (const auto type : {KeyType::p256, KeyType::ed25519}) {
    auto maker = RawKeyMaker::of(type).value();
    Bytes left;
    Bytes right;
    REQUIRE(maker.make(left));
    REQUIRE(maker.make(right));
    CHECK(left != right);
  }
}

TEST_CASE("a derived raw key is the one that make_key derives", "[pki]") {
  const auto seed = Seed::of("the phrase");
  for (const auto type :
       {KeyType::p256, KeyType::p384, KeyType::p521, KeyType::ed25519, KeyType::ed448}) {
    INFO(to_string(type));
    auto maker = RawKeyMaker::of(type).value();
    Bytes raw;
    REQUIRE(maker.derive(seed, "17", raw));
    Bytes expected;
    REQUIRE(encode_key(make_key(type, seed, "17").value().get(), type, expected));
    CHECK(raw == expected);
  }
}

TEST_CASE("a key that cannot be derived says so", "[pki]") {
  auto maker = RawKeyMaker::of(KeyType::rsa2048).value();
  Bytes out;
  CHECK(maker.derive(Seed::of("x"), "0", out).error().text() ==
        "a RSA 2048 key cannot be made from a seed (with a seed take p256, p384, p521, ed25519 or "
        "ed448)");
}

TEST_CASE("bytes of another type are no key", "[pki]") {
  auto maker = RawKeyMaker::of(KeyType::p256).value();
  Bytes raw;
  REQUIRE(maker.make(raw));
  for (const auto type :
       {KeyType::p384, KeyType::ed25519, KeyType::ed448, KeyType::rsa2048, KeyType::rsapss2048}) {
    INFO(to_string(type));
    CHECK(decode_key(raw, type).error().kind == ProblemKind::environment);
  }
  Bytes out;
  CHECK(encode_key(decode_key(raw, KeyType::p256).value().get(), KeyType::p384, out)
            .error()
            .message.starts_with("cannot encode a P-384 key"));
}

TEST_CASE("PEM of members is OpenSSL's, and broken PEM is none", "[pki]") {
  for (std::size_t size = 0; size < 100; ++size) {
    Bytes der(size + 1, static_cast<std::uint8_t>(size));
    Bytes text;
    detail::put_pem("CERTIFICATE", der, text);
    std::string_view in = as_text(text);
    const auto back = detail::take_pem("CERTIFICATE", in);
    REQUIRE(back);
    CHECK(*back == der);
    CHECK(in == "\n");
  }
  std::string_view cut = "-----BEGIN CERTIFICATE-----\nAAAA\n";
  CHECK_FALSE(detail::take_pem("CERTIFICATE", cut));
  std::string_view bent = "-----BEGIN CERTIFICATE-----\nA*AA\n-----END CERTIFICATE-----\n";
  CHECK_FALSE(detail::take_pem("CERTIFICATE", bent));
  std::string_view odd = "-----BEGIN CERTIFICATE-----\nAAAAA\n-----END CERTIFICATE-----\n";
  CHECK_FALSE(detail::take_pem("CERTIFICATE", odd));
}

TEST_CASE("pooled random octets never come twice, across refills too", "[pki]") {
  detail::RandomPool pool;
  std::set<Bytes> seen;
  for (int i = 0; i < 1000; ++i) {
    Bytes out(40);
    REQUIRE(pool.take(out.data(), out.size()));
    CHECK(seen.insert(out).second);
  }
  Bytes large(4096);
  CHECK(pool.take(large.data(), 4096));
  CHECK(large != Bytes(4096));
  CHECK_FALSE(pool.take(large.data(), 4097));
}
