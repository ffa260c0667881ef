// Issuing one certificate: everything RFC 5280 lets a certificate say, explicit key identifiers, a
// random serial, and a period within the issuer's.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"
#include "pki/mint/constraints.hpp"
#include "pki/mint/names.hpp"
#include "pki/mint/profile.hpp"
#include "pki/mint/signature.hpp"
#include "pki/mint/validity.hpp"

namespace handfast::pki {

/// An extension that this module has no words for.
struct RawExtension {
  std::string oid;  ///< dotted
  bool critical = false;
  Bytes der;  ///< the value inside the OCTET STRING

  bool operator==(const RawExtension&) const = default;
};

/// Where an issuer publishes what verifiers of its certificates may ask for.
struct Publication {
  std::vector<std::string> crl_urls;     ///< CRL distribution points, one for each URL
  std::vector<std::string> ocsp_urls;    ///< authority information access: OCSP
  std::vector<std::string> issuer_urls;  ///< authority information access: CA Issuers

  bool operator==(const Publication&) const = default;
};

/// What a certificate has to say.
struct CertificateSpec {
  Profile profile = pki::profile("peer");
  Subject subject;
  std::vector<AltName> names;      ///< subjectAltName, critical only when the subject is empty
  std::optional<int> path_length;  ///< for a CA; 0 to 100
  Period period;
  NameConstraints constraints;                 ///< for a CA; critical (RFC 5280 section 4.2.1.10)
  std::vector<std::string> policies;           ///< dotted object identifiers, or "any"
  std::optional<int> require_explicit_policy;  ///< policyConstraints, for a CA
  Publication publication;                     ///< the issuer's, or other
  bool must_staple = false;                    ///< TLS feature status_request (RFC 7633)
  std::vector<RawExtension> extra;
  SignatureOptions signature;
  std::optional<Bytes> serial;  ///< big-endian magnitude, 1 to 20 octets; nullopt: 16 random ones
};

/// Who signs. Not owned; null certificate: the subject signs itself.
struct Issuer {
  X509* certificate = nullptr;
  EVP_PKEY* key = nullptr;
};

/// How `issue` may be made to deviate, for certificates that are wrong on purpose.
struct IssueOptions {
  bool may_outlive_issuer = false;  ///< keep the period as it is
  /// Called with the complete certificate before it is signed; false ends in an internal problem.
  std::function<bool(X509*)> before_signing;
};

/// `period`, ending no later than the issuer: a leaf never outlives its CA. Usage problem when
/// nothing is left of it.
Result<Period> cut_to_issuer(const Period& period, const X509* issuer);

/// Issues a certificate for `subject_key` (only its public half is used unless the subject signs
/// itself). The period ends no later than the issuer's unless the options allow it.
Result<tls::CertificatePtr> issue(const CertificateSpec& spec, EVP_PKEY* subject_key,
                                  const Issuer& issuer, const IssueOptions& options = {});

// What a certificate says, for reports, state and digests.
Period period_of(const X509* certificate);
std::string serial_hex(const X509* certificate);   ///< lower-case hexadecimal
std::string fingerprint(const X509* certificate);  ///< SHA-256 of the DER, lower-case hexadecimal
std::string name_text(const X509_NAME* name);      ///< "C = CN, CN = root" (RFC 2253 escapes)
Bytes key_id(const X509* certificate);             ///< SKI bytes; empty when it has none
std::string certificate_pem(const X509* certificate);  ///< one block, one final newline
/// Key usage and extended key usage as the certificate says them; empty for an absent extension.
Usages usages_of(const X509* certificate);
/// True when `key` is the private (or public) half of the certificate's key.
bool belongs_to(const X509* certificate, const EVP_PKEY* key);
/// Issuer's and subject's names are the same. Not a proof of being self-signed.
bool is_self_issued(const X509* certificate);

}  // namespace handfast::pki
