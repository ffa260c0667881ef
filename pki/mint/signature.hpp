// How a certificate, request or CRL is signed: digest and padding.
#pragma once

#include <openssl/evp.h>

#include <cstdint>
#include <string_view>

#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"

namespace handfast::pki {

/// md5 and sha1 are for certificates that are wrong on purpose.
enum class Hash : std::uint8_t { sha256, sha384, sha512, sha1, md5 };

std::string_view to_string(Hash hash);
/// Usage problem with a suggestion for an unknown digest.
Result<Hash> parse_hash(std::string_view text);

struct SignatureOptions {
  Hash hash = Hash::sha256;
  /// RSASSA-PSS with an rsaEncryption key (RFC 4055); keys of type RSASSA-PSS have it anyway.
  bool pss = false;
  int salt_octets = -1;  ///< PSS salt length; -1: as long as the digest

  bool operator==(const SignatureOptions&) const = default;
};

/// A context for X509_sign_ctx, X509_REQ_sign_ctx and X509_CRL_sign_ctx. Ed25519, Ed448 and ML-DSA
/// bring their own digest. Internal problem when the key cannot sign so.
Result<tls::DigestContextPtr> signing_context(EVP_PKEY* key, const SignatureOptions& options);

}  // namespace handfast::pki
