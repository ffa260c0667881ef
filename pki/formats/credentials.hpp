// What a file holds, whatever its format: certificates, requests, keys, CRLs, OCSP responses, in
// PEM, DER, PKCS#7, PKCS#8 or PKCS#12. The one reader behind inspect, match, convert and verify.
#pragma once

#include <openssl/ocsp.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"
#include "pki/formats/secret.hpp"

namespace handfast::pki {

using RequestPtr = tls::OpensslPtr<X509_REQ, X509_REQ_free>;
using CrlPtr = tls::OpensslPtr<X509_CRL, X509_CRL_free>;
using OcspResponsePtr = tls::OpensslPtr<OCSP_RESPONSE, OCSP_RESPONSE_free>;

enum class CredentialKind : std::uint8_t {
  certificate,
  request,
  private_key,
  public_key,
  encrypted_key,  ///< no passphrase was given
  crl,
  ocsp_response,
  locked_store,  ///< a PKCS#12 file that does not open without its passphrase
};
/// "certificate", "certificate request", "private key", ...
std::string_view to_string(CredentialKind kind);

/// One object of a file; the pointer that belongs to `kind` is set, none for what is locked.
struct Credential {
  CredentialKind kind = CredentialKind::certificate;
  tls::CertificatePtr certificate;
  RequestPtr request;
  tls::PkeyPtr key;
  CrlPtr crl;
  OcspResponsePtr ocsp;
  std::string friendly_name;  ///< PKCS#12: the alias; as the file has it, so not printable
  bool java_trusted = false;  ///< PKCS#12: carries Java's trustedKeyUsage
  std::string protection;     ///< how a key was encrypted: "PBES2, PBKDF2 with 2048 rounds, ..."

  /// The public key of whatever it is; not owned, null for what has none or is locked.
  const EVP_PKEY* public_key() const;
};

/// A file as a whole.
struct CredentialFile {
  std::string format;             ///< "PEM", "DER", "PKCS#7", "PKCS#12"
  std::string integrity;          ///< PKCS#12: "SHA256, 2048 rounds", "none"; else empty
  std::vector<Credential> items;  ///< in the order of the file
};

struct ReadOptions {
  const Secret* passphrase = nullptr;  ///< not owned; null: none, what is encrypted stays locked
  /// How many rounds of key derivation all parts of one file may cost together, so that a hostile
  /// file cannot burn our time (about a second for each three million).
  std::uint64_t most_kdf_rounds = 10'000'000;
};

/// Everything in `bytes`. PEM when there is a "-----BEGIN": text around and between the blocks,
/// CRLF, indentation, "> " before lines, missing line ends and "\n" as two characters (JSON) are
/// tolerated. Else DER or BER of exactly one object. Environment problem for a broken block, an
/// unknown kind of block, a passphrase that does not open what is encrypted, an encryption that
/// this OpenSSL lacks or that costs too much, and for nothing at all. No message holds key
/// material.
Result<CredentialFile> parse_credential_file(std::string_view bytes, const std::string& where,
                                             const ReadOptions& options = {});
/// "-" is standard input.
Result<CredentialFile> load_credential_file(const std::filesystem::path& file,
                                            const ReadOptions& options = {});

/// The items alone.
Result<std::vector<Credential>> parse_credentials(std::string_view bytes, const std::string& where,
                                                  const ReadOptions& options = {});
Result<std::vector<Credential>> load_credentials(const std::filesystem::path& file,
                                                 const ReadOptions& options = {});

/// The problem that tells how to get at an encrypted key or PKCS#12 file.
Problem locked_problem(CredentialKind kind, const std::string& where);

}  // namespace handfast::pki
