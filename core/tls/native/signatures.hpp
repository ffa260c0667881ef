// CertificateVerify (RFC 8446 section 4.4.3): signing and verifying what stands for the handshake.
//
//     struct { SignatureScheme algorithm; opaque signature<0..2^16-1>; } CertificateVerify;
#pragma once

#include <span>
#include <unordered_map>
#include <utility>

#include "core/tls/native/hashing.hpp"
#include "core/tls/native/refusal.hpp"

namespace handfast::tls::native {

enum class Signer : std::uint8_t { server, client };

/// Belongs to one engine. Keeps a verification context for each key and scheme: servers of a fleet
/// have few, and making one costs as much as the hashing of a whole handshake.
class Signatures {
 public:
  static constexpr std::size_t capacity = 64;

  Signatures();

  /// True when `key` can make or check signatures of `scheme` in a handshake: type and curve fit.
  static bool fits(const EVP_PKEY* key, const Scheme& scheme);

  /// Judges the body of the server's CertificateVerify over `transcript`, the hash up to and
  /// including Certificate. `offered` are the schemes of our ClientHello. The scheme that it has.
  Checked<const Scheme*> verify(ByteView body, EVP_PKEY* key, const Secret& transcript,
                                std::span<const std::uint16_t> offered);

  /// Appends our CertificateVerify message.
  Checked<void> sign(const Scheme& scheme, EVP_PKEY* key, const Secret& transcript, Bytes& out);

 private:
  struct Fetched {
    DigestPtr sha256, sha384, sha512;
  };
  const EVP_MD* digest_of(const Scheme& scheme) const;
  PkeyContextPtr context(const Scheme& scheme, EVP_PKEY* key, bool to_sign) const;
  EVP_PKEY_CTX* verifier(const Scheme& scheme, EVP_PKEY* key);
  bool check(const Scheme& scheme, EVP_PKEY* key, ByteView content, ByteView signature);

  Fetched digests_;
  DigestContextPtr work_{EVP_MD_CTX_new()};
  /// By key and scheme; a context holds a reference to its key, so that a pointer stays its own.
  struct KeyHash {
    std::size_t operator()(const std::pair<const EVP_PKEY*, std::uint16_t>& of) const {
      return std::hash<const EVP_PKEY*>{}(of.first) ^ (std::size_t{of.second} << 1);
    }
  };
  std::unordered_map<std::pair<const EVP_PKEY*, std::uint16_t>, PkeyContextPtr, KeyHash> known_;
};

}  // namespace handfast::tls::native
