// Writing what credentials.hpp reads: PEM and DER, PKCS#8, PKCS#7, PKCS#12, and the combined PEM
// of HAProxy. Bytes only; whoever holds a Secret writes it into a file of mode 0600.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"
#include "pki/formats/credentials.hpp"
#include "pki/formats/secret.hpp"

namespace handfast::pki {

enum class Encoding : std::uint8_t { pem, der };

// PEM texts: LF only, exactly one line end at the end, also of several blocks behind one another.

std::string certificates_pem(const std::vector<X509*>& certificates);
Result<std::string> request_pem(const X509_REQ* request);
Result<std::string> crl_pem(const X509_CRL* crl);
Result<std::string> public_key_pem(const EVP_PKEY* key);
/// One object as DER. Usage problem for private keys (they go through encode_key) and for what is
/// locked.
Result<std::string> credential_der(const Credential& credential);
/// The same as PEM; an OCSP response as "OCSP RESPONSE", as GnuTLS writes it.
Result<std::string> credential_pem(const Credential& credential);

/// PKCS#8 (RFC 5208). With a passphrase PBES2: AES-256-CBC, PBKDF2 with 10,000 rounds of
/// HMAC-SHA-256, which every TLS library of the last ten years reads.
Result<Secret> encode_key(const EVP_PKEY* key, Encoding encoding,
                          const Secret* passphrase = nullptr);

/// A certs-only PKCS#7 (RFC 2315 degenerate SignedData), the order kept; CRLs behind.
Result<std::string> encode_pkcs7(const std::vector<X509*>& certificates,
                                 const std::vector<X509_CRL*>& crls, Encoding encoding);

/// Certificate, chain, key in one PEM text, in this order (HAProxy's "crt"). Environment problem
/// when the key is not the first certificate's.
Result<Secret> encode_combined(const std::vector<X509*>& chain, const EVP_PKEY* key,
                               const std::string& where, const Secret* passphrase = nullptr);

/// What goes into a PKCS#12 file (RFC 7292).
struct Pkcs12Content {
  std::vector<X509*> chain;       ///< leaf first; not owned
  const EVP_PKEY* key = nullptr;  ///< of the leaf
  std::string name;               ///< friendly name; empty: the leaf's common name
};

/// Everything that the PKI world has learnt to write: AES-256-CBC, 10,000 rounds, SHA-256 MAC.
/// Environment problem for a mismatched pair.
Result<Secret> encode_pkcs12(const Pkcs12Content& content, const Secret& passphrase,
                             const std::string& where);
/// A trust store: certificates only, each with Java's trustedKeyUsage attribute (without it the JVM
/// sees an empty store) and its common name, in small letters, as alias; "-2", "-3" behind equal
/// ones.
Result<std::string> encode_pkcs12_trust(const std::vector<X509*>& anchors,
                                        const Secret& passphrase);

}  // namespace handfast::pki
