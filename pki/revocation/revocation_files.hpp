// From files to signers: what the verbs crl, ocsp and serve take on their command lines.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"
#include "pki/revocation/ocsp.hpp"

namespace handfast::pki {

/// A certificate with its key, and what else stood in the certificate's file.
struct KeyedCertificate {
  tls::CertificatePtr certificate;
  tls::PkeyPtr key;
  std::vector<tls::CertificatePtr> chain;
};
/// PEM or DER. Environment problem for a file without certificate or without key, and for an
/// encrypted key; usage problem when the two do not belong together.
Result<KeyedCertificate> load_keyed_certificate(const std::string& certificate_file,
                                                const std::string& key_file);
/// The first certificate of a file.
Result<tls::CertificatePtr> load_certificate(const std::string& file);

/// One CA to answer for.
struct OcspFiles {
  std::string ca;                    ///< its certificate
  std::string key;                   ///< its key; not needed with a signer of its own
  std::string signer;                ///< who signs instead of the CA; empty: the CA
  std::string signer_key;            ///< goes with `signer`
  std::vector<std::string> revoked;  ///< as load_revoked reads them
  std::vector<std::string> issued;   ///< as load_issued reads them; empty: whatever is not revoked
};
/// `now` is the time of revocations that state none.
Result<OcspAuthority> load_ocsp_authority(const OcspFiles& files, WallTime now);

/// What all arguments name, in their order.
Result<std::vector<RevokedEntry>> load_all_revoked(const std::vector<std::string>& arguments,
                                                   WallTime now);

/// The DER to serve of a CRL file: its first PEM block, or the file as it is. Broken content is
/// passed on: it may be broken on purpose. Environment problem for an empty file.
Result<Bytes> load_crl_body(const std::string& file);
/// The DER of the first certificate of a file.
Result<Bytes> load_certificate_body(const std::string& file);

}  // namespace handfast::pki
