#include "pki/mint/seed.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/pki_mint/minting.hpp"

using namespace handfast;
using namespace handfast::pki;

TEST_CASE("a phrase gives the same keys again, and another one others", "[pki]") {
  const auto seed = Seed::of("correct horse");
  for (const auto type :
       {KeyType::p256, KeyType::p384, KeyType::p521, KeyType::ed25519, KeyType::ed448}) {
    CAPTURE(to_string(type));
    const auto key = make_key(type, seed, "devices/7").value();
    CHECK(is_of_type(key.get(), type));
    CHECK(EVP_PKEY_eq(key.get(), make_key(type, seed, "devices/7").value().get()) == 1);
    CHECK(EVP_PKEY_eq(key.get(), make_key(type, seed, "devices/8").value().get()) != 1);
    CHECK(EVP_PKEY_eq(key.get(), make_key(type, Seed::of("other"), "devices/7").value().get()) !=
          1);
    // The pair is one: what the private half signs the public half accepts.
    const auto root = issue(test::spec_for("ca", "x"), key.get(), {}).value();
    CHECK(X509_verify(root.get(), key.get()) == 1);
  }
}

TEST_CASE("derived octets are HKDF's, whatever their number", "[pki]") {
  const auto seed = Seed::of("correct horse");
  const auto long_one = seed.derive("label", 100);
  CHECK(long_one.size() == 100);
  CHECK(seed.derive("label", 40) == Bytes(long_one.begin(), long_one.begin() + 40));
  CHECK(seed.derive("other", 40) != Bytes(long_one.begin(), long_one.begin() + 40));
  CHECK(seed.below("a").derive("b", 16) != seed.below("b").derive("a", 16));
}

TEST_CASE("serials from a seed are positive and as long as random ones", "[pki]") {
  const auto serial = Seed::of("x").serial("devices/0");
  CHECK(serial.size() == 16);
  CHECK((serial[0] & 0xc0) == 0x40);
  CHECK(serial == Seed::of("x").serial("devices/0"));
}

TEST_CASE("RSA keys cannot come from a seed", "[pki]") {
  CHECK(make_key(KeyType::rsa2048, Seed::of("x"), "y").error().text() ==
        "a RSA 2048 key cannot be made from a seed (with a seed take p256, p384, p521, ed25519 or "
        "ed448)");
}
