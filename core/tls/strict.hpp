// The strict mode of `tls: {strict: true}`: what an installation in FIPS 140-3 or Common Criteria
// mode still speaks. It restricts what we offer and accept; it is no validated module.
#pragma once

#include "core/base/problem.hpp"
#include "core/tls/client.hpp"

namespace handfast::tls {

/// `settings` with every empty list filled with what strict mode allows:
///
///     versions     TLS 1.2 and 1.3 (NIST SP 800-52r2 section 3.1)
///     groups       P-256, P-384, P-521 (SP 800-186; x25519 is not among them)
///     suites       TLS 1.3 with AES-GCM; TLS 1.2 ECDHE with AES-GCM (SP 800-52r2 section 3.3.1)
///     signatures   ECDSA and RSA (PSS or PKCS#1) with SHA-256 or longer (SP 800-131Ar2)
///
/// Usage problem, naming it, when a list holds something else, or when `verify` or `check_host` is
/// off. The engine adds OpenSSL's security level 2 (112 bits: no RSA below 2048, no SHA-1) and
/// X509_V_FLAG_X509_STRICT.
Result<ClientSettings> strict_settings(ClientSettings settings);

}  // namespace handfast::tls
