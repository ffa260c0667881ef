#include "pki/audit/status.hpp"

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "pki/mint/certificate.hpp"
#include "pki/revocation/reason.hpp"

namespace handfast::pki {

StatusJudgement judgement_of(const OcspVerdict& verdict, StatusPolicy policy) {
  if (!verdict.status) {
    return {false, fmt::format("OCSP: the answer cannot be used: {}", verdict.refusal)};
  }
  const auto& status = *verdict.status;
  std::string words;
  bool passes = false;
  switch (status.status) {
    case CertificateStatus::good:
      words = "good";
      passes = true;
      break;
    case CertificateStatus::revoked:
      words = "revoked";
      if (status.reason) words += fmt::format(" ({})", to_string(*status.reason));
      break;
    case CertificateStatus::unknown:
      words = "unknown";
      passes = policy == StatusPolicy::lax;
      break;
  }
  return {passes, fmt::format("OCSP: {}, signed by {}", words, printable(verdict.signer))};
}

X509* issuer_in(X509* certificate, const std::vector<tls::CertificatePtr>& chain,
                const std::vector<tls::CertificatePtr>& anchors) {
  for (const auto* list : {&chain, &anchors}) {
    for (const auto& candidate : *list) {
      if (X509_check_issued(candidate.get(), certificate) == X509_V_OK) return candidate.get();
    }
  }
  return nullptr;
}

Result<StatusJudgement> judge_status(ByteView answer, const std::vector<tls::CertificatePtr>& chain,
                                     const std::vector<tls::CertificatePtr>& anchors,
                                     X509* responder, StatusPolicy policy, WallTime at) {
  if (chain.empty()) return usage_problem("there is no certificate to verify");
  auto* leaf = chain.front().get();
  auto* issuer = issuer_in(leaf, chain, anchors);
  if (issuer == nullptr) {
    return usage_problem("the issuer is needed to judge the OCSP answer, but it is not there", {},
                         "add it to the chain or the bundle");
  }
  auto query = make_ocsp_query(leaf, issuer, false);
  if (!query) return query.error();
  return judgement_of(
      judge_ocsp_answer(answer, *query, {.issuer = issuer, .designated = responder}, at), policy);
}

}  // namespace handfast::pki
