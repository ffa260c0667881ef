// Certificates that are wrong on purpose: the normal path of `issue`, plus exactly one named and
// documented mutation.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"
#include "pki/mint/certificate.hpp"

namespace handfast::pki {

struct Mutation {
  std::string name;  ///< "signature", "key": what a manifest's `damage:` says
  std::string what;  ///< one sentence for people, with the RFC section that it breaks
};

const std::vector<Mutation>& mutations();

/// What goes out on the wire: bytes that need not parse, and a key that need not fit.
struct Damaged {
  Bytes certificate;  ///< DER
  tls::PkeyPtr key;
};

/// Mints `spec` for `key` by the normal path with one mutation. Usage problem with a suggestion for
/// an unknown mutation, or one that this spec or issuer cannot carry (MD5 needs an RSA issuer).
Result<Damaged> mint_damaged(std::string_view mutation, const CertificateSpec& spec, EVP_PKEY* key,
                             const Issuer& issuer);

}  // namespace handfast::pki
