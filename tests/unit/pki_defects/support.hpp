// What the tests of wrong certificates share: a lab of two tiers, words for defects, and OpenSSL's
// own verdict on octets as they were sent.
#pragma once

#include <string>
#include <vector>

#include "core/tls/identity.hpp"
#include "pki/audit/defects.hpp"
#include "pki/mint/certificate.hpp"
#include "pki/mint/key.hpp"

namespace handfast::pki::test {

inline const WallTime noon = parse_time("2026-06-01T12:00:00Z").value();
inline const std::string host = "node.broker.lab.test";

/// Root and intermediate of one key type, and the specs of good certificates below them.
struct Lab {
  tls::PkeyPtr root_key, authority_key, leaf_key;
  tls::CertificatePtr root, authority;

  explicit Lab(KeyType issuers, KeyType leaf = KeyType::p256);
  Issuer below_root() const { return {root.get(), root_key.get()}; }
  Issuer below_authority() const { return {authority.get(), authority_key.get()}; }
  std::vector<Bytes> anchors() const { return {tls::to_der(root.get())}; }
};

CertificateSpec root_spec();
CertificateSpec authority_spec();
/// Good for a server and a client, with a name of every kind.
CertificateSpec leaf_spec();

/// "bad_signature expired"; "-" for none.
std::string words(const std::vector<DefectKind>& kinds);
/// With the sentences, for messages of failed tests.
std::string sentences(const std::vector<Defect>& defects);

/// OpenSSL's verdict: "ok", "cert_has_expired", "malformed" for octets that it cannot decode.
std::string openssl_verdict(const std::vector<Bytes>& chain, const std::vector<Bytes>& anchors,
                            const AuditOptions& options);

/// The same as a number: X509_V_*; -1 for octets that it cannot decode.
int openssl_code(const std::vector<Bytes>& chain, const std::vector<Bytes>& anchors,
                 const AuditOptions& options);

}  // namespace handfast::pki::test
