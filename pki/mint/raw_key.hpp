// Private keys in bulk, as key_bytes.hpp writes them, without an EVP_PKEY for each: OpenSSL's
// providers cost more than the curve does.
#pragma once

#include <memory>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"
#include "pki/mint/key.hpp"
#include "pki/mint/seed.hpp"

namespace handfast::pki {

/// Makes keys of one type. EC and Edwards keys come straight from the curve, others from KeyMaker.
/// Not thread-safe; one per thread.
class RawKeyMaker {
 public:
  static Result<RawKeyMaker> of(KeyType type);
  RawKeyMaker(RawKeyMaker&&) noexcept;
  RawKeyMaker& operator=(RawKeyMaker&&) noexcept;
  ~RawKeyMaker();

  /// A random key, appended to `out`.
  Result<void> make(Bytes& out);
  /// The key that make_key(type, seed, label) makes, appended to `out`; usage problem for types
  /// whose keys cannot be derived.
  Result<void> derive(const Seed& seed, std::string_view label, Bytes& out);

 private:
  struct Parts;
  explicit RawKeyMaker(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

/// The DER around the bytes of keys of one type.
class KeyShape {
 public:
  /// Learns the AlgorithmIdentifier from `sample`, whose type must be `type`; internal problem when
  /// it cannot be encoded.
  static Result<KeyShape> of(const EVP_PKEY* sample, KeyType type);

  KeyType type() const { return type_; }
  /// SubjectPublicKeyInfo (RFC 5280 section 4.1), appended to `out`. Environment problem when the
  /// bytes are no such key.
  Result<void> put_public(ByteView key_bytes, Bytes& out) const;
  /// PKCS#8 PrivateKeyInfo (RFC 5208 section 5), the bytes that OpenSSL writes; secret. Environment
  /// problem when the bytes are no such key.
  Result<void> put_private(ByteView key_bytes, Bytes& out) const;

 private:
  KeyShape(KeyType type, Bytes algorithm) : type_(type), algorithm_(std::move(algorithm)) {}
  KeyType type_;
  Bytes algorithm_;
};

}  // namespace handfast::pki
