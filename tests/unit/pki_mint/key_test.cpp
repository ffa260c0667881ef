#include "pki/mint/key.hpp"

#include "core/tls/identity.hpp"
#include "pki/mint/key_bytes.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::pki;

TEST_CASE("every key type can be made, named, written and read", "[pki][S0-02][S4-05]") {
  for (const auto* name : {"p256", "p384", "p521", "ed25519", "rsa2048"}) {
    INFO(name);
    const auto type = parse_key_type(name).value();
    CHECK(to_string(type) == name);
    const auto key = make_key(type).value();
    CHECK(is_of_type(key.get(), type));
    CHECK(describe_key(key.get()) == key_title(type));
    const auto pem = private_key_pem(key.get()).value();
    CHECK(pem.starts_with("-----BEGIN PRIVATE KEY-----\n"));
    CHECK(EVP_PKEY_eq(tls::parse_private_key(pem, "test").value().get(), key.get()) == 1);
  }
}

TEST_CASE("a key is not of another type", "[pki]") {
  const auto key = make_key(KeyType::p256).value();
  for (auto other : {KeyType::p384, KeyType::p521, KeyType::ed25519, KeyType::rsa2048}) {
    CHECK_FALSE(is_of_type(key.get(), other));
  }
}

TEST_CASE("an unknown key type comes with a suggestion", "[pki]") {
  CHECK(parse_key_type("rsa2084").error().text() ==
        "unknown key type \"rsa2084\" (did you mean \"rsa2048\"?)");
}

TEST_CASE("raw key bytes give the same key back, able to sign", "[pki]") {
  for (auto type :
       {KeyType::p256, KeyType::p384, KeyType::p521, KeyType::ed25519, KeyType::rsa2048}) {
    INFO(to_string(type));
    const auto key = make_key(type).value();
    Bytes bytes;
    REQUIRE(encode_key(key.get(), type, bytes));
    const auto again = decode_key(bytes, type).value();
    CHECK(EVP_PKEY_eq(key.get(), again.get()) == 1);
    CHECK(private_key_pem(key.get()).value() == private_key_pem(again.get()).value());
  }
}

TEST_CASE("raw key bytes of a wrong length are refused", "[pki]") {
  for (auto type :
       {KeyType::p256, KeyType::p384, KeyType::p521, KeyType::ed25519, KeyType::rsa2048}) {
    INFO(to_string(type));
    CHECK_FALSE(decode_key(Bytes(31, 1), type));
    CHECK_FALSE(decode_key({}, type));
  }
  CHECK(decode_key(Bytes(31, 1), KeyType::p256).error().message == "these bytes are no P-256 key");
}

TEST_CASE("a point that is not on the curve is refused", "[pki]") {
  const auto key = make_key(KeyType::p256).value();
  Bytes bytes;
  REQUIRE(encode_key(key.get(), KeyType::p256, bytes));
  bytes.back() ^= 1;
  CHECK_FALSE(decode_key(bytes, KeyType::p256));
}
