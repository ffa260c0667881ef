// What the tests of pki/formats share: certificates with any extension (built with OpenSSL's own
// configuration words, so that our readers are not judged by our writers), CRLs, OCSP responses,
// and a folder of their own.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/tls/openssl.hpp"
#include "pki/formats/credentials.hpp"
#include "pki/formats/inspect.hpp"
#include "pki/mint/key.hpp"
#include "pki/mint/validity.hpp"

namespace handfast::pki::test {

/// When everything here happens; certificates are valid from an hour before, for 30 days.
inline const WallTime noon = parse_time("2026-06-01T12:00:00Z").value();

struct Pair {
  tls::CertificatePtr certificate;
  tls::PkeyPtr key;

  X509* x509() const { return certificate.get(); }
  std::string pem() const;
  std::string key_pem() const;
};

/// Names and values as in openssl.cnf: {"keyUsage", "critical,digitalSignature"}.
using Extensions = std::vector<std::pair<std::string, std::string>>;

Pair certify(const std::string& name, const Extensions& extensions, const Pair* issuer = nullptr,
             KeyType type = KeyType::p256);
/// The same for a key that exists.
tls::CertificatePtr certify_key(EVP_PKEY* key, const std::string& name,
                                const Extensions& extensions, X509* issuer, EVP_PKEY* issuer_key);
Pair authority(const std::string& name, const Pair* issuer = nullptr);

/// Root, two intermediates and a server leaf.
struct Chain {
  Pair root = authority("root");
  Pair upper = authority("upper", &root);
  Pair lower = authority("lower", &upper);
  Pair leaf = certify("localhost",
                      {{"basicConstraints", "critical,CA:FALSE"},
                       {"keyUsage", "critical,digitalSignature"},
                       {"extendedKeyUsage", "serverAuth"},
                       {"subjectAltName", "DNS:localhost,IP:127.0.0.1"},
                       {"subjectKeyIdentifier", "hash"},
                       {"authorityKeyIdentifier", "keyid"}},
                      &lower);
};

RequestPtr request(EVP_PKEY* key, const std::string& name, const Extensions& extensions = {});
std::string request_text(const X509_REQ* request);

struct Revoked {
  long serial;
  int reason = -1;  ///< -1: none
};
CrlPtr revocation_list(const Pair& issuer, const std::vector<Revoked>& revoked,
                       const Extensions& extensions);
/// A successful answer for serials of `issuer`; status as V_OCSP_CERTSTATUS_*.
OcspResponsePtr ocsp_answer(const Pair& issuer, const std::vector<std::pair<long, int>>& statuses);

/// A key as the old tools wrote it, with a DEK-Info header.
std::string traditional_encrypted(const EVP_PKEY* key, std::string_view passphrase);

/// "-----BEGIN LABEL-----" around `der`; keys must not stand in the tree, so tests make all blocks.
std::string armour(const std::string& label, std::string_view der);

std::vector<InspectedFile> files_of(
    std::initializer_list<std::pair<std::string, std::string>> texts);

/// A folder that goes away with everything in it.
class Folder {
 public:
  Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder();
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  void write(const std::string& name, std::string_view text) const;
  std::string read(const std::string& name) const;

 private:
  std::filesystem::path path_;
};

}  // namespace handfast::pki::test
