#include "core/tls/features.hpp"

#include <openssl/crypto.h>

#include "tests/support/catch.hpp"

using namespace handfast;

namespace {

bool is_post_quantum_openssl() { return OpenSSL_version_num() >= 0x30500000UL; }

}  // namespace

TEST_CASE("groups and signatures that every OpenSSL 3 has are found, invented ones are not",
          "[tls]") {
  CHECK(tls::has_group("x25519"));
  CHECK(tls::has_group("P-384"));
  CHECK_FALSE(tls::has_group("x25520"));
  CHECK(tls::has_signature("ED25519"));
  CHECK_FALSE(tls::has_signature("ED25520"));
}

TEST_CASE("post-quantum algorithms are there from OpenSSL 3.5 on, and not before", "[tls]") {
  CHECK(tls::has_group("X25519MLKEM768") == is_post_quantum_openssl());
  CHECK(tls::has_signature("ML-DSA-65") == is_post_quantum_openssl());
}
