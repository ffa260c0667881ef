// OCSP answers (RFC 6960) as bytes: a responder for any number of CAs that answers requests, and
// single answers for stapling. Good ones, and the variants of variant.hpp. No sockets.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"
#include "pki/revocation/status.hpp"
#include "pki/revocation/variant.hpp"

namespace handfast::pki {

/// Who signs. With the CA's own certificate it is the direct model; with one that the CA issued
/// for OCSP signing the delegated model; with any other a designated responder, which a client has
/// to trust explicitly (RFC 6960 section 4.2.2.2).
struct OcspSigner {
  tls::CertificatePtr certificate;
  tls::PkeyPtr key;
  std::vector<tls::CertificatePtr> chain;  ///< sent behind `certificate`; not in the direct model
};

/// One CA whose certificates are answered for.
struct OcspAuthority {
  tls::CertificatePtr issuer;
  OcspSigner signer;
  StatusSource status;
};

struct OcspOptions {
  /// nextUpdate minus thisUpdate, whole seconds; zero: no nextUpdate.
  Nanos validity = std::chrono::hours(1);
  /// thisUpdate is that long ago, for clients whose clock is behind.
  Nanos backdate{0};
  bool echo_nonce = true;  ///< false: like responders that sign in advance (RFC 5019)
  /// Revocation information is kept for that long: archive cutoff (RFC 6960 section 4.4.4).
  std::optional<Nanos> archive_cutoff;
  /// responderID is the key's hash, not the signer's name. GnuTLS 3.7 finds a direct signer, whose
  /// certificate is not sent, by its name alone.
  bool name_by_key = false;
  std::string digest;  ///< as OpenSSL names it; empty: SHA-256 or the key's own
};

struct OcspAnswer {
  Bytes der;
  /// For a log: "0a1b: good, nonce", "malformedRequest".
  std::string summary;
};

class OcspResponder {
 public:
  /// Usage problem for no authority at all, for a signer's key that is not its certificate's, and
  /// for an unknown digest.
  static Result<OcspResponder> make(std::vector<OcspAuthority> authorities,
                                    const OcspOptions& options = {});
  OcspResponder(OcspResponder&&) noexcept;
  OcspResponder& operator=(OcspResponder&&) noexcept;
  ~OcspResponder();

  /// Answers one request; what cannot be answered becomes a responseStatus: malformedRequest for
  /// bytes that are no request (also for a nonce outside 1 to 128 octets, RFC 9654, and a critical
  /// extension), unauthorized when no authority issued any of the certificates (RFC 5019 section
  /// 2.2.3). Certificates of another CA than the first one that is known are "unknown".
  /// Safe from several threads if the status sources are.
  OcspAnswer answer(ByteView request, WallTime now, OcspVariant variant = OcspVariant::none) const;

  /// The answer for one certificate that one of the authorities issued, as a server staples it: no
  /// nonce, CertID with SHA-1. Usage problem when none of them did.
  Result<OcspAnswer> staple(const X509* certificate, WallTime now,
                            OcspVariant variant = OcspVariant::none) const;

 private:
  struct Parts;
  explicit OcspResponder(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace handfast::pki
