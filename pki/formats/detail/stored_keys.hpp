// Private keys as files hold them: PKCS#8 (RFC 5208), plain or encrypted, and the traditional
// forms.
#pragma once

#include "pki/formats/credentials.hpp"
#include "pki/formats/detail/encryption.hpp"
#include "pki/formats/detail/pem_blocks.hpp"

namespace handfast::pki::detail {

using EncryptedKeyPtr = tls::OpensslPtr<X509_SIG, X509_SIG_free>;
using PlainKeyPtr = tls::OpensslPtr<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;

/// What all parts of one file share while it is read.
struct FileReading {
  const std::string& where;
  const Secret* passphrase;
  KdfBudget budget;
};

/// An EncryptedPrivateKeyInfo; stays locked (CredentialKind::encrypted_key) without a passphrase.
Result<Credential> open_key(const X509_SIG* encrypted, FileReading& reading);
/// An old PEM key with "DEK-Info".
Result<Credential> open_key(PemBlock& block, FileReading& reading);
Credential of_key(CredentialKind kind, tls::PkeyPtr key);

}  // namespace handfast::pki::detail
