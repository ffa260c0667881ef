// Does this key verify this certificate's signature, and is the algorithm one that TLS takes?
#pragma once

#include "pki/audit/detail/reading.hpp"

namespace handfast::pki::detail {

/// True when `issuer`'s key verifies the signature of `subject` under the algorithm that the
/// certificate names outside the signed part, whatever the algorithm is worth.
bool is_signed_by(const ReadCertificate& subject, const ReadCertificate& issuer);

/// Digest and padding of the signature: MD5 and SHA-1, unusual or absent PSS parameters.
void judge_signature_algorithm(const ReadCertificate& certificate, Findings& findings);

/// Kind, size and encoding of the public key.
void judge_key(const ReadCertificate& certificate, Findings& findings);

/// True when `key` signs what the certificate's public key verifies.
bool possesses(const ReadCertificate& certificate, EVP_PKEY* key);

}  // namespace handfast::pki::detail
