// A CA, leaves and OCSP signers for tests of revocation.
#pragma once

#include <string>

#include "core/base/clock.hpp"
#include "core/tls/openssl.hpp"
#include "pki/revocation/ocsp.hpp"

namespace handfast::test {

struct LabCertificate {
  tls::CertificatePtr certificate;
  tls::PkeyPtr key;
};

struct LabOptions {
  std::string name;
  bool ca = false;
  bool ocsp_signing = false;  ///< extended key usage OCSPSigning
  bool ocsp_nocheck = false;  ///< id-pkix-ocsp-nocheck
  long serial = 0;            ///< 0: the next one
  std::string extra_key;      ///< "ED25519", "RSA" for such a key; empty: P-256
  std::string ocsp_url;       ///< authorityInfoAccess; empty: none
  std::string crl_url;        ///< crlDistributionPoints; empty: none
  std::string san;            ///< OpenSSL form: "DNS:web.test"; empty: none
};

/// Valid from 2020 to 2049, so a test may use now or any day of its own. Throws std::runtime_error
/// when OpenSSL refuses.
LabCertificate make_lab_certificate(const LabOptions& options, const LabCertificate* issuer);

/// The distribution point of the leaf `good`.
inline constexpr auto lab_crl_url = "http://127.0.0.1:9/lab.crl";

/// A CA, another of another name, four leaves and the signers of both models.
struct RevocationLab {
  LabCertificate root, other_root;
  LabCertificate good, revoked, held, unknown;
  LabCertificate delegate, delegate_without_purpose;

  RevocationLab();

  /// Two entries: `revoked` (keyCompromise) and `held` (certificateHold), a day before `now`.
  std::vector<pki::RevokedEntry> entries(WallTime now) const;
  /// Knows good, revoked and held; everything else is unknown.
  pki::StatusSource status(WallTime now) const;
  /// A responder for `root`, which signs itself or through `delegate`.
  pki::OcspResponder responder(WallTime now, bool delegated,
                               const pki::OcspOptions& options = {}) const;
};

/// One for all cases of a program.
const RevocationLab& revocation_lab();

std::string pem_of(const X509* certificate);
std::string pem_of(EVP_PKEY* key);
std::string text_of(ByteView bytes);

}  // namespace handfast::test
