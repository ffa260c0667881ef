// An OCSP request taken apart (RFC 6960 section 4.1).
#pragma once

#include <optional>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/tls/openssl.hpp"

namespace handfast::pki::detail {

struct CertId {
  Bytes der;       ///< as it stands in the request; answers repeat it
  int digest = 0;  ///< NID of the hash
  Bytes name_hash;
  Bytes key_hash;
  Bytes serial;  ///< as serial.hpp has it
};

struct OcspRequest {
  std::vector<CertId> wanted;  ///< at least one
  std::optional<Bytes> nonce;  ///< the extension's value, with its own OCTET STRING
};

/// Nothing for bytes that are no request, ask for nothing, have a nonce of a forbidden length, or
/// a critical extension that we do not know. A signature is not looked at.
std::optional<OcspRequest> parse_ocsp_request(ByteView der);

/// The CertID of a certificate; `digest` is the NID of the hash.
CertId cert_id_of(const X509* issuer, Bytes serial, int digest);
/// Hashes of an issuer's name and key.
struct IssuerHashes {
  int digest = 0;
  Bytes name;
  Bytes key;
};
IssuerHashes issuer_hashes(const X509* issuer, int digest);
/// The CertID's DER from its other fields.
Bytes cert_id_der(const CertId& id);

}  // namespace handfast::pki::detail
