#include "pki/audit/status.hpp"

#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::pki;

namespace {

OcspVerdict said(CertificateStatus status) {
  OcspVerdict verdict;
  verdict.status.emplace();
  verdict.status->status = status;
  verdict.signer = "CN = responder";
  return verdict;
}

}  // namespace

TEST_CASE("strict lets only good pass, lax unknown as well, and no policy a revoked one (S4-67)",
          "[pki]") {
  struct Row {
    CertificateStatus status;
    StatusPolicy policy;
    bool passes;
    const char* sentence;
  };
  using enum CertificateStatus;
  for (const auto& row :
       {Row{good, StatusPolicy::strict, true, "OCSP: good, signed by CN = responder"},
        Row{good, StatusPolicy::lax, true, "OCSP: good, signed by CN = responder"},
        Row{unknown, StatusPolicy::strict, false, "OCSP: unknown, signed by CN = responder"},
        Row{unknown, StatusPolicy::lax, true, "OCSP: unknown, signed by CN = responder"},
        Row{revoked, StatusPolicy::strict, false, "OCSP: revoked, signed by CN = responder"},
        Row{revoked, StatusPolicy::lax, false, "OCSP: revoked, signed by CN = responder"}}) {
    INFO(row.sentence);
    const auto judged = judgement_of(said(row.status), row.policy);
    CHECK(judged.passes == row.passes);
    CHECK(judged.sentence == row.sentence);
  }
}

TEST_CASE("an answer that cannot be used passes under no policy (S4-67)", "[pki]") {
  OcspVerdict broken;
  broken.refusal = "the signer is not authorized";
  for (const auto policy : {StatusPolicy::strict, StatusPolicy::lax}) {
    const auto judged = judgement_of(broken, policy);
    CHECK_FALSE(judged.passes);
    CHECK(judged.sentence == "OCSP: the answer cannot be used: the signer is not authorized");
  }
}
