// The OCSP part of `pki verify`: does this answer let the leaf pass?
#pragma once

#include <string>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"
#include "pki/revocation/ocsp_query.hpp"

namespace handfast::pki {

/// What to do with answers that are neither good nor revoked (capability S4-67).
enum class StatusPolicy : std::uint8_t {
  strict,  ///< only "good" passes
  lax,     ///< "unknown" passes too
};

struct StatusJudgement {
  bool passes = false;
  std::string sentence;  ///< "OCSP: good, signed by CN = responder"
};

/// Judges `answer` for `chain[0]`, whose issuer is looked for in `chain` and `anchors`.
/// `responder` is trusted to sign for it in any case (a designated responder); null: the issuer or
/// one that it delegated to. Usage problem when the issuer is in neither list.
Result<StatusJudgement> judge_status(ByteView answer, const std::vector<tls::CertificatePtr>& chain,
                                     const std::vector<tls::CertificatePtr>& anchors,
                                     X509* responder, StatusPolicy policy, WallTime at);

/// What an OCSP client found, as this verb sees it.
StatusJudgement judgement_of(const OcspVerdict& verdict, StatusPolicy policy);

/// The first of both lists that issued `certificate`; null when there is none.
X509* issuer_in(X509* certificate, const std::vector<tls::CertificatePtr>& chain,
                const std::vector<tls::CertificatePtr>& anchors);

}  // namespace handfast::pki
