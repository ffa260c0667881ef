// X.509 v3 extensions as objects (RFC 5280 section 4.2.1), built from structures instead of
// configuration text: the text form costs a parse each time and, for the authority key identifier,
// can come out empty without an error.
#pragma once

#include <openssl/x509v3.h>

#include <optional>
#include <string>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"
#include "pki/mint/constraints.hpp"
#include "pki/mint/names.hpp"
#include "pki/mint/profile.hpp"

namespace handfast::pki::detail {

using ExtensionPtr = tls::OpensslPtr<X509_EXTENSION, X509_EXTENSION_free>;

/// Critical. `path_length` is used only for a CA.
ExtensionPtr basic_constraints(bool ca, std::optional<int> path_length);
/// Critical.
ExtensionPtr key_usage(const KeyUsages& usages);
/// Not critical; `usages` must not be empty.
ExtensionPtr extended_key_usage(const std::vector<std::string>& usages);
ExtensionPtr subject_key_id(ByteView key_id);
/// With the key identifier form alone, taken from the issuer's subject key identifier byte by byte.
ExtensionPtr authority_key_id(ByteView issuer_key_id);
/// `names` must not be empty. Critical when there is no subject (RFC 5280 section 4.2.1.6).
ExtensionPtr alt_names(const std::vector<AltName>& names, bool critical);
/// Critical (RFC 5280 section 4.2.1.10); null for a value that cannot be encoded.
ExtensionPtr name_constraints(const NameConstraints& constraints);
/// Not critical; null for an identifier that is none.
ExtensionPtr certificate_policies(const std::vector<std::string>& policies);
/// Critical; requireExplicitPolicy alone.
ExtensionPtr policy_constraints(int require_explicit_policy);
/// One distribution point for each URL.
ExtensionPtr crl_distribution_points(const std::vector<std::string>& urls);
ExtensionPtr authority_information(const std::vector<std::string>& ocsp_urls,
                                   const std::vector<std::string>& issuer_urls);
/// TLS feature status_request(5), RFC 7633.
ExtensionPtr must_staple();
/// id-pkix-ocsp-nocheck, RFC 6960 section 4.2.2.2.1.
ExtensionPtr ocsp_no_check();
/// Null when `oid` is none.
ExtensionPtr raw(const std::string& oid, bool critical, ByteView der);

/// RFC 5280 section 4.2.1.2 method (1): SHA-1 over the subjectPublicKey bits.
Bytes key_id_of(ByteView public_key_bits);

}  // namespace handfast::pki::detail
