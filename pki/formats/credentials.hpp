// What a PEM or DER file holds: certificates, requests, keys. The one reader behind inspect, match
// and verify.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"

namespace handfast::pki {

using RequestPtr = tls::OpensslPtr<X509_REQ, X509_REQ_free>;

enum class CredentialKind { certificate, request, private_key, public_key, encrypted_key };
std::string_view to_string(
    CredentialKind kind);  ///< "certificate", "certificate request", "private key"

/// One object of a file; the pointer that belongs to `kind` is set, none for an encrypted key.
struct Credential {
  CredentialKind kind = CredentialKind::certificate;
  tls::CertificatePtr certificate;
  RequestPtr request;
  tls::PkeyPtr key;

  /// The public key of whatever it is; not owned, null for an encrypted key.
  const EVP_PKEY* public_key() const;
};

/// Everything in `bytes`, in order. PEM when there is a "-----BEGIN" (text around the blocks is
/// ignored), else DER. Environment problem for a broken block, a kind of block that is none of
/// these, and for nothing at all.
Result<std::vector<Credential>> parse_credentials(std::string_view bytes, const std::string& where);
Result<std::vector<Credential>> load_credentials(const std::filesystem::path& file);

}  // namespace handfast::pki
