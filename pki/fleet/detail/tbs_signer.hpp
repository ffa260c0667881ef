// Signing certificate after certificate with one key: the OpenSSL context is made once.
#pragma once

#include <optional>

#include "core/base/bytes.hpp"
#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"
#include "pki/mint/signature.hpp"

namespace handfast::pki::detail {

using DigestPtr = tls::OpensslPtr<EVP_MD, EVP_MD_free>;

/// A digest fetched once. Not thread-safe; one per thread.
class Hasher {
 public:
  /// `name` as OpenSSL knows it: "SHA256". Internal problem when it has no such digest.
  static Result<Hasher> of(const char* name);
  /// The digest of `bytes`, valid until the next call; empty after a failure.
  ByteView operator()(ByteView bytes);
  const EVP_MD* digest() const { return digest_.get(); }

 private:
  DigestPtr digest_;
  tls::DigestContextPtr context_;
  Bytes value_;
};

/// Not thread-safe; one per thread.
class TbsSigner {
 public:
  /// Keeps a reference to `key`. Internal problem when it cannot sign with these options.
  static Result<TbsSigner> of(EVP_PKEY* key, const SignatureOptions& options);
  /// The signature over `tbs`, valid until the next call; empty after a failure.
  ByteView operator()(ByteView tbs);

 private:
  tls::PkeyPtr key_;
  std::optional<Hasher> hasher_;    ///< nullopt: the algorithm brings its own digest
  tls::PkeyContextPtr context_;     ///< with a hasher
  tls::DigestContextPtr one_shot_;  ///< without
  Bytes signature_;
};

}  // namespace handfast::pki::detail
