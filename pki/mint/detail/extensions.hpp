// X.509 v3 extensions as objects (RFC 5280 section 4.2.1), built from structures instead of
// configuration text: the text form costs a parse each time and, for the authority key identifier,
// can come out empty without an error.
#pragma once

#include <openssl/x509v3.h>

#include <optional>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"
#include "pki/mint/names.hpp"
#include "pki/mint/profile.hpp"
#include "pki/mint/validity.hpp"

namespace handfast::pki::detail {

using ExtensionPtr = tls::OpensslPtr<X509_EXTENSION, X509_EXTENSION_free>;

/// Critical. `path_length` is used only for a CA.
ExtensionPtr basic_constraints(bool ca, std::optional<int> path_length);
/// Critical. keyEncipherment only for RSA keys: an EC key cannot encipher (RFC 5480 section 3).
ExtensionPtr key_usage(Profile profile, bool rsa);
/// Null for the profile ca, which has none.
ExtensionPtr extended_key_usage(Profile profile);
ExtensionPtr subject_key_id(ByteView key_id);
/// With the key identifier form alone, taken from the issuer's subject key identifier byte by byte.
ExtensionPtr authority_key_id(ByteView issuer_key_id);
/// `names` must not be empty.
ExtensionPtr alt_names(const std::vector<AltName>& names);

/// RFC 5280 section 4.2.1.2 method (1): SHA-1 over the subjectPublicKey bits.
Bytes key_id_of(ByteView public_key_bits);

}  // namespace handfast::pki::detail
