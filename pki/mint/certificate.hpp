// Issuing one certificate: RFC 5280 profile, explicit key identifiers, a random serial, and a
// period within the issuer's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"
#include "pki/mint/names.hpp"
#include "pki/mint/profile.hpp"
#include "pki/mint/validity.hpp"

namespace handfast::pki {

struct CertificateRequest {
  Profile profile = Profile::peer;
  Subject subject;
  std::vector<AltName> names;
  std::optional<int> path_length;  ///< for the profile ca
  Period period;
};

/// Who signs. Not owned; null certificate: the subject signs itself.
struct Issuer {
  X509* certificate = nullptr;
  EVP_PKEY* key = nullptr;
};

/// `period`, ending no later than the issuer: a leaf never outlives its CA. Usage problem when
/// nothing is left of it.
Result<Period> cut_to_issuer(const Period& period, const X509* issuer);

/// Issues a certificate for `subject_key` (only its public half is used unless the subject signs
/// itself). The period ends no later than the issuer's: a leaf never outlives its CA. The serial
/// has 16 random octets and is positive.
Result<tls::CertificatePtr> issue(const CertificateRequest& request, EVP_PKEY* subject_key,
                                  const Issuer& issuer);

// What a certificate says, for reports, state and digests.
Period period_of(const X509* certificate);
std::string serial_hex(const X509* certificate);   ///< lower-case hexadecimal
std::string fingerprint(const X509* certificate);  ///< SHA-256 of the DER, lower-case hexadecimal
std::string name_text(const X509_NAME* name);      ///< "C = CN, CN = root" (RFC 2253 escapes)
Bytes key_id(const X509* certificate);             ///< SKI bytes; empty when it has none
std::string certificate_pem(const X509* certificate);  ///< one block, one final newline
/// True when `key` is the private (or public) half of the certificate's key.
bool belongs_to(const X509* certificate, const EVP_PKEY* key);

}  // namespace handfast::pki
