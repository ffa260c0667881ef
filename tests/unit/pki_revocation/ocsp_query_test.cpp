// The asking side, and each variant as it looks from there.
#include "pki/revocation/ocsp_query.hpp"

#include <map>

#include "pki/revocation/detail/der.hpp"
#include "tests/unit/pki_revocation/support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

OcspVerdict ask(const LabCertificate& leaf, bool delegated, OcspVariant variant = OcspVariant::none,
                const OcspTrust& trust = {.issuer = revocation_lab().root.certificate.get()}) {
  const auto& lab = revocation_lab();
  const auto query = make_ocsp_query(leaf.certificate.get(), lab.root.certificate.get()).value();
  const auto answer = lab.responder(noon, delegated).answer(query.der, noon, variant);
  return judge_ocsp_answer(answer.der, query, trust, noon);
}

}  // namespace

TEST_CASE("a query learns the three states and the hold (S4-65)", "[pki][ocsp]") {
  const auto& lab = revocation_lab();
  const bool delegated = GENERATE(false, true);
  const auto good = ask(lab.good, delegated);
  CHECK(good.refusal.empty());
  CHECK(good.status == SingleStatus{});
  CHECK(good.nonce_matched);
  CHECK(good.signer == (delegated ? "CN = ocsp signer" : "CN = lab root"));
  CHECK(good.this_update == noon);
  CHECK(good.next_update == noon + 1h);
  CHECK(to_string(*ask(lab.revoked, delegated).status) ==
        "revoked (keyCompromise) since 2026-05-31T12:00:00Z");
  CHECK(to_string(*ask(lab.held, delegated).status) ==
        "revoked (certificateHold) since 2026-05-31T12:00:00Z");
  CHECK(ask(lab.unknown, delegated).status->status == CertificateStatus::unknown);
}

TEST_CASE("each OCSP variant is refused, or believed, for the reason it stands for",
          "[pki][ocsp]") {
  const std::string silent = "the responder does not answer: ";
  const std::map<OcspVariant, std::string> refusals{
      {OcspVariant::none, ""},
      {OcspVariant::stale, "it is stale: newer information was due at 2026-06-01T11:00:00Z"},
      {OcspVariant::not_yet_valid, "it is valid only from 2026-06-02T12:00:00Z"},
      {OcspVariant::no_next_update, ""},
      {OcspVariant::says_good, ""},
      {OcspVariant::says_revoked, ""},
      {OcspVariant::says_unknown, ""},
      {OcspVariant::wrong_serial, "it does not answer for this certificate"},
      {OcspVariant::wrong_issuer, "it does not answer for this certificate"},
      {OcspVariant::extra_answer, ""},
      {OcspVariant::no_answers, "it does not answer for this certificate"},
      {OcspVariant::wrong_nonce, "its nonce is not the one that was asked with"},
      {OcspVariant::no_nonce, ""},
      {OcspVariant::stray_signer,
       "the signer is not authorized: the CA did not issue its certificate"},
      {OcspVariant::bad_signature, "its signature is wrong"},
      {OcspVariant::no_certificates,
       "nobody known is its responder, and no certificate of it was sent"},
      {OcspVariant::wrong_responder_id,
       "nobody known is its responder, and no certificate of it was sent"},
      {OcspVariant::unknown_critical_extension, "it has a critical extension nobody knows"},
      {OcspVariant::unknown_critical_single_extension, "it has a critical extension nobody knows"},
      {OcspVariant::wrong_type, "the response has no basic answer in it"},
      {OcspVariant::no_body, "the response has no basic answer in it"},
      {OcspVariant::garbage, "what came back is no OCSP response"},
      {OcspVariant::truncated, "what came back is no OCSP response"},
      {OcspVariant::malformed_request, silent + "malformedRequest"},
      {OcspVariant::internal_error, silent + "internalError"},
      {OcspVariant::try_later, silent + "tryLater"},
      {OcspVariant::signature_required, silent + "sigRequired"},
      {OcspVariant::unauthorized, silent + "unauthorized"},
      {OcspVariant::undefined_status, silent + "undefined"},
  };
  REQUIRE(refusals.size() == ocsp_variants().size());
  for (const auto& info : ocsp_variants()) {
    INFO(info.name);
    const auto verdict = ask(revocation_lab().good, true, info.variant);
    CHECK(verdict.refusal == refusals.at(info.variant));
    CHECK(verdict.status.has_value() == verdict.refusal.empty());
  }
}

TEST_CASE("each OCSP variant survives a request with empty hashes in it", "[pki][ocsp]") {
  const auto& lab = revocation_lab();
  const auto query =
      make_ocsp_query(lab.good.certificate.get(), lab.root.certificate.get(), false).value();
  // requestList: the CertID that we know, then one with empty hashes and serial 0.
  const Bytes hollow{0x30, 0x12, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02,
                     0x1a, 0x05, 0x00, 0x04, 0x00, 0x04, 0x00, 0x02, 0x01, 0x00};
  const auto list = detail::sequence(detail::sequence(query.cert_id), detail::sequence(hollow));
  const auto request = detail::sequence(detail::sequence(list));
  const auto responder = lab.responder(noon, false);
  CHECK(responder.answer(request, noon).summary ==
        serial_text(serial_of(lab.good.certificate.get())) + ": good, 00: unknown");
  for (const auto& info : ocsp_variants()) {
    CHECK_FALSE(responder.answer(request, noon, info.variant).der.empty());
  }
}

TEST_CASE("a lying responder is believed: the signature is all there is", "[pki][ocsp]") {
  const auto& lab = revocation_lab();
  CHECK(ask(lab.revoked, false, OcspVariant::says_good).status->status == CertificateStatus::good);
  CHECK(ask(lab.good, false, OcspVariant::says_revoked).status->status ==
        CertificateStatus::revoked);
  CHECK(ask(lab.good, false, OcspVariant::says_unknown).status->status ==
        CertificateStatus::unknown);
}

TEST_CASE("a delegated signer needs the OCSP-signing purpose (S4-60)", "[pki][ocsp]") {
  const auto& lab = revocation_lab();
  std::vector<OcspAuthority> authorities;
  authorities.push_back({tls::up_ref(lab.root.certificate.get()),
                         {tls::up_ref(lab.delegate_without_purpose.certificate.get()),
                          tls::up_ref(lab.delegate_without_purpose.key.get()),
                          {}},
                         lab.status(noon)});
  const auto responder = OcspResponder::make(std::move(authorities)).value();
  const auto query =
      make_ocsp_query(lab.good.certificate.get(), lab.root.certificate.get()).value();
  const auto verdict = judge_ocsp_answer(responder.answer(query.der, noon).der, query,
                                         {.issuer = lab.root.certificate.get()}, noon);
  CHECK(verdict.refusal ==
        "the signer is not authorized: its certificate lacks the OCSP-signing purpose");
}

TEST_CASE("a designated responder is trusted by name, and then nobody else is (S4-61)",
          "[pki][ocsp]") {
  const auto& lab = revocation_lab();
  const auto designated = make_lab_certificate({.name = "trusted responder"}, &lab.other_root);
  std::vector<OcspAuthority> authorities;
  authorities.push_back(
      {tls::up_ref(lab.root.certificate.get()),
       {tls::up_ref(designated.certificate.get()), tls::up_ref(designated.key.get()), {}},
       lab.status(noon)});
  const auto responder = OcspResponder::make(std::move(authorities)).value();
  const auto query =
      make_ocsp_query(lab.revoked.certificate.get(), lab.root.certificate.get()).value();
  const auto answer = responder.answer(query.der, noon).der;
  auto* issuer = lab.root.certificate.get();
  CHECK(judge_ocsp_answer(answer, query, {.issuer = issuer}, noon).refusal ==
        "the signer is not authorized: the CA did not issue its certificate");
  const auto trusted = judge_ocsp_answer(
      answer, query, {.issuer = issuer, .designated = designated.certificate.get()}, noon);
  CHECK(trusted.refusal.empty());
  CHECK(trusted.status->reason == RevocationReason::key_compromise);
  CHECK(ask(lab.good, true, OcspVariant::none,
            {.issuer = issuer, .designated = designated.certificate.get()})
            .refusal == "the signer is not authorized: it is not the designated responder");
}

TEST_CASE("a missing nonce matters only to who insists on it", "[pki][ocsp]") {
  const auto& lab = revocation_lab();
  auto* issuer = lab.root.certificate.get();
  CHECK(
      ask(lab.good, false, OcspVariant::no_nonce, {.issuer = issuer, .need_nonce = true}).refusal ==
      "it repeats no nonce");
  const auto silent = make_ocsp_query(lab.good.certificate.get(), issuer, false).value();
  CHECK(silent.nonce.empty());
  const auto answer = lab.responder(noon, false).answer(silent.der, noon);
  CHECK(judge_ocsp_answer(answer.der, silent, {.issuer = issuer}, noon).status == SingleStatus{});
}

TEST_CASE("an answer is used until its end and a little longer", "[pki][ocsp]") {
  const auto& lab = revocation_lab();
  const auto query =
      make_ocsp_query(lab.good.certificate.get(), lab.root.certificate.get()).value();
  const auto answer = lab.responder(noon, false).answer(query.der, noon).der;
  const OcspTrust trust{.issuer = lab.root.certificate.get()};
  CHECK(judge_ocsp_answer(answer, query, trust, noon + 1h + 5min).status.has_value());
  CHECK_FALSE(judge_ocsp_answer(answer, query, trust, noon + 1h + 5min + 1s).status.has_value());
  CHECK(judge_ocsp_answer(answer, query, trust, noon - 5min).status.has_value());
  CHECK_FALSE(judge_ocsp_answer(answer, query, trust, noon - 5min - 1s).status.has_value());
}

TEST_CASE("an answer with any octet cut off is never believed", "[pki][ocsp]") {
  const auto& lab = revocation_lab();
  const auto query =
      make_ocsp_query(lab.good.certificate.get(), lab.root.certificate.get()).value();
  const auto answer = lab.responder(noon, true).answer(query.der, noon).der;
  for (std::size_t size = 0; size < answer.size(); size += 3) {
    CHECK_FALSE(judge_ocsp_answer(ByteView(answer).first(size), query,
                                  {.issuer = lab.root.certificate.get()}, noon)
                    .status.has_value());
  }
}

TEST_CASE("a certificate says where to ask (S4-63)", "[pki][ocsp]") {
  const auto& lab = revocation_lab();
  const auto leaf = make_lab_certificate({.name = "with urls",
                                          .ocsp_url = "http://127.0.0.1:9/ocsp",
                                          .crl_url = "http://127.0.0.1:9/lab.crl"},
                                         &lab.root);
  CHECK(ocsp_urls(leaf.certificate.get()) == std::vector<std::string>{"http://127.0.0.1:9/ocsp"});
  CHECK(crl_urls(leaf.certificate.get()) == std::vector<std::string>{"http://127.0.0.1:9/lab.crl"});
  CHECK(ocsp_urls(lab.root.certificate.get()).empty());
  CHECK(crl_urls(lab.root.certificate.get()).empty());
}

TEST_CASE("a query names the CA that issued", "[pki][ocsp]") {
  const auto& lab = revocation_lab();
  CHECK(make_ocsp_query(lab.good.certificate.get(), lab.other_root.certificate.get())
            .error()
            .text() == "\"CN = good\" was issued by \"CN = lab root\", not by \"CN = other root\"");
}
