// The asking side of OCSP (RFC 6960 section 3): a request for one certificate, and a judgement of
// what came back. Who may sign is decided here, one rule after the other, so that a refusal can say
// which rule was broken.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"
#include "pki/revocation/status.hpp"

namespace handfast::pki {

/// Where a certificate says its status can be asked for (authorityInfoAccess, id-ad-ocsp), and
/// where its CRLs are (crlDistributionPoints). URIs only, in order.
std::vector<std::string> ocsp_urls(const X509* certificate);
std::vector<std::string> crl_urls(const X509* certificate);

struct OcspQuery {
  Bytes der;      ///< the request
  Bytes cert_id;  ///< the CertID that an answer has to repeat
  Bytes nonce;    ///< the nonce's extension value; empty: asked without one
};

/// A request for `certificate`, which `issuer` issued; CertID with SHA-1, which every responder
/// knows, and a nonce of 32 octets (RFC 9654) unless told otherwise. Usage problem when the issuer
/// is another.
Result<OcspQuery> make_ocsp_query(const X509* certificate, const X509* issuer,
                                  bool with_nonce = true);

/// Whose signature counts.
struct OcspTrust {
  X509* issuer = nullptr;      ///< of the certificate: signs itself, or has issued a delegate
  X509* designated = nullptr;  ///< the only responder that counts, when given
  Nanos skew = std::chrono::minutes(5);  ///< how far the clocks may differ
  bool need_nonce = false;               ///< false: an answer without nonce is fine (RFC 5019)
};

struct OcspVerdict {
  /// What the responder said; empty when its answer cannot be used.
  std::optional<SingleStatus> status;
  /// Why it cannot be used: "the signer is not authorized: ..."; empty when it can.
  std::string refusal;
  std::string signer;  ///< subject of whoever signed; empty: not found
  std::optional<WallTime> this_update;
  std::optional<WallTime> next_update;
  bool nonce_matched = false;
};

/// Judges an answer as if it were `at`. Never fails: what is wrong with the bytes is the refusal.
OcspVerdict judge_ocsp_answer(ByteView answer, const OcspQuery& query, const OcspTrust& trust,
                              WallTime at);

}  // namespace handfast::pki
