// What of an entry is in the folder, and whether it is ours: the half of apply that only looks.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/tls/openssl.hpp"
#include "pki/store/detail/folder.hpp"
#include "pki/store/detail/target.hpp"
#include "pki/store/state.hpp"

namespace handfast::pki::detail {

struct Found {
  bool has_key = false;         ///< the key file, or the staged one that belongs there
  std::string key_digest;       ///< SHA-256 of the file
  tls::PkeyPtr key;             ///< only when it had to be parsed
  std::string staged;           ///< a key that a killed rekey left to be put in place
  bool restore = false;         ///< the certificate file is gone or an old one: put ours back
  tls::CertificatePtr adopted;  ///< a certificate that the state does not know and that fits
};

/// Answers the certificate that must have signed the entry; null when it signed itself.
using SignerOf = std::function<X509*(const Target&)>;

/// Looks at the files of `target`. `known` may be null, and learns the digest of a key file that
/// was written anew around the same key. Environment problem for a certificate that is not ours, a
/// pair that does not fit, and a key that cannot be read; usage problem for a key of another type
/// unless `rekey`.
Result<Found> look(const Target& target, const Folder& folder, EntryState* known, bool rekey,
                   const SignerOf& signer_of);

/// True when the certificate says what a new one would: subject, usages, names and constraints; its
/// dates apart, which say nothing of "valid: 30d".
bool says_what_is_asked(X509* certificate, const Target& target);

/// "staged/server@2.key".
std::string staged_file(const std::string& name, std::uint64_t generation);

}  // namespace handfast::pki::detail
