// Signing bytes with a key whose context is set up once: a fresh EVP_DigestSignInit for each
// signature costs as much as the P-256 signature itself.
#pragma once

#include <string>

#include "core/base/bytes.hpp"
#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"

namespace handfast::pki::detail {

class Signer {
 public:
  /// `digest` as OpenSSL names it ("sha384"); empty: SHA-256, or what the key brings itself
  /// (Ed25519, Ed448). Usage problem for a digest that OpenSSL lacks; internal problem when the
  /// key cannot sign with it.
  static Result<Signer> of(EVP_PKEY* key, const std::string& digest);

  /// The DER of the AlgorithmIdentifier that goes beside the signature.
  const Bytes& algorithm() const { return algorithm_; }
  /// Works on a copy of the context, so several threads may call it.
  Result<Bytes> sign(ByteView tbs) const;

 private:
  Signer(tls::DigestContextPtr context, Bytes algorithm, std::size_t largest)
      : context_(std::move(context)), algorithm_(std::move(algorithm)), largest_(largest) {}

  tls::DigestContextPtr context_;
  Bytes algorithm_;
  std::size_t largest_;
};

/// A key and a self-signed certificate "handfast stray signer" with the OCSP-signing purpose, made
/// once for each process: whoever must not be believed.
struct Stray {
  tls::CertificatePtr certificate;
  tls::PkeyPtr key;
};
Result<const Stray*> stray_signer();

}  // namespace handfast::pki::detail
