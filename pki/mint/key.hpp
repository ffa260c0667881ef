// Private keys: the types that a manifest may ask for, making them, and writing them as PKCS#8 PEM.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"

namespace handfast::pki {

enum class KeyType : std::uint8_t {
  p256,
  p384,
  p521,
  ed25519,
  rsa2048,
  rsa3072,
  rsa4096,
  ed448,
  rsapss2048,  ///< id-RSASSA-PSS (RFC 4055)
  rsapss3072,
  rsapss4096,
  mldsa44,  ///< FIPS 204; only with OpenSSL 3.5 and later
  mldsa65,
  mldsa87,
  // For certificates that are wrong on purpose; a manifest allows them below `faults` only.
  rsa1024,
  p192,
  p224,
  secp256k1,
  dsa2048,
};

std::string_view to_string(KeyType type);  ///< as the manifest spells it: "rsa2048"
std::string key_title(KeyType type);       ///< for people: "P-256", "RSA 2048", "Ed25519"

/// Usage problem with a suggestion for an unknown type; the weak types count as known.
Result<KeyType> parse_key_type(std::string_view text);
/// True for types that no serious certificate has: rsa1024, p192, p224, secp256k1, dsa2048.
bool is_weak(KeyType type);
/// Usage problem "needs OpenSSL 3.5" for a type that the OpenSSL we run with does not know.
Result<void> check_supported(KeyType type);

bool is_rsa(KeyType type);  ///< RSA and RSASSA-PSS
bool is_ec(KeyType type);
/// True for the types that only faults may have.
bool is_weak(KeyType type);
/// Usage problem for a type that this OpenSSL cannot make (ML-DSA needs 3.5).
Result<void> check_supported(KeyType type);
/// NID of the curve; NID_undef for other types.
int curve_nid(KeyType type);
/// The curve's name as OpenSSL's providers know it: "prime256v1"; null for other types.
const char* curve_name(KeyType type);

/// Makes keys of one type. Keeps the OpenSSL context, which makes P-256 five times cheaper than a
/// fresh one each time. Not thread-safe; one per thread.
class KeyMaker {
 public:
  static Result<KeyMaker> of(KeyType type);
  Result<tls::PkeyPtr> make();

 private:
  explicit KeyMaker(tls::PkeyContextPtr context) : context_(std::move(context)) {}
  tls::PkeyContextPtr context_;
};

Result<tls::PkeyPtr> make_key(KeyType type);

/// What a key is, in words: "P-256", "RSA 2048"; a kind that no manifest can ask for by OpenSSL's
/// name and bits.
std::string describe_key(const EVP_PKEY* key);
/// True when `key` is one that `type` asks for.
bool is_of_type(const EVP_PKEY* key, KeyType type);

/// PKCS#8 PEM, not encrypted. The caller's duty: only ever into a file of mode 0600.
Result<std::string> private_key_pem(const EVP_PKEY* key);

}  // namespace handfast::pki
