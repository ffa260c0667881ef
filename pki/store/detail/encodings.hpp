// Keys and certificates in the forms that the store writes beside PEM, and keys behind a
// passphrase.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"

namespace handfast::pki::detail {

/// The passphrase from "env:NAME" or "file:PATH" (its first line). Environment problem when the
/// source is not there. The caller wipes it.
Result<std::string> passphrase_from(const std::string& source);

/// True for PEM that cannot be read without a passphrase.
bool is_locked(std::string_view pem);

/// A private key in PEM; `password` names the passphrase of a locked one. Environment problem for a
/// locked key without `password`, a passphrase that does not open it, and no key at all.
Result<tls::PkeyPtr> unlock_key(std::string_view pem, const std::string& where,
                                const std::string& password);

/// PKCS#8 PEM; with `password` encrypted (PBES2, AES-256-CBC). The caller wipes it.
Result<std::string> key_text(const EVP_PKEY* key, const std::string& password);

/// SHA-256 of the SubjectPublicKeyInfo, hexadecimal: the name of a key.
std::string public_key_digest(const EVP_PKEY* key);

/// PKCS#12 (RFC 7292): leaf first, `key` belongs to it. The caller wipes it.
Result<std::string> pkcs12_of(const std::string& name, const std::vector<X509*>& chain,
                              EVP_PKEY* key, const std::string& password);

/// "-----BEGIN CERTIFICATE-----" around bytes that need not be a certificate.
std::string certificate_block(std::string_view der);

}  // namespace handfast::pki::detail
