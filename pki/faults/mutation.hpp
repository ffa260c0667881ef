// Certificates that are wrong on purpose: the normal path of `issue`, plus exactly one named and
// documented mutation.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"
#include "pki/faults/defect.hpp"
#include "pki/mint/certificate.hpp"

namespace handfast::pki {

/// Whose certificate a mutation makes wrong in the way it claims.
enum class MutationTarget : std::uint8_t { leaf, authority };

/// What the spec, key or issuer has to bring along.
enum class MutationNeeds : std::uint8_t {
  nothing,
  rsa_issuer,     ///< MD5 and RSASSA-PSS exist for RSA only
  digest_issuer,  ///< an issuer whose signature algorithm takes a digest: not Ed25519
  rsa_key,        ///< of the subject
  ec_key,         ///< of the subject
  plain_key,      ///< EC or RSA: what an impostor's key can be made for
  root_issuer,    ///< an issuer that signed itself
  other_issuer,   ///< an issuer at all: not self-signed
  deep_name,      ///< a DNS name of four labels or more among the names
  common_name,    ///< in the subject
};

struct Mutation {
  std::string name;  ///< "signature", "key": what a manifest's `damage:` says
  std::string what;  ///< one sentence for people, with the source of the rule that it breaks
  /// What a verifier finds in an otherwise good chain; empty for a twin that is lawful.
  std::vector<DefectKind> claims = {};
  MutationNeeds needs = MutationNeeds::nothing;
  MutationTarget target = MutationTarget::leaf;
  /// Why OpenSSL 3.0's verifier decides otherwise; empty when it agrees.
  std::string openssl = {};
};

const std::vector<Mutation>& mutations();
/// Nullptr when there is none of that name.
const Mutation* find_mutation(std::string_view name);

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
