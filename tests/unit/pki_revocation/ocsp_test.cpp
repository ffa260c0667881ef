// The responder, judged by OpenSSL's own client code.
#include "pki/revocation/ocsp.hpp"

#include <openssl/ocsp.h>

#include "pki/revocation/detail/der.hpp"
#include "pki/revocation/ocsp_query.hpp"
#include "tests/unit/pki_revocation/support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

using RequestPtr = tls::OpensslPtr<OCSP_REQUEST, OCSP_REQUEST_free>;
using ResponsePtr = tls::OpensslPtr<OCSP_RESPONSE, OCSP_RESPONSE_free>;
using BasicPtr = tls::OpensslPtr<OCSP_BASICRESP, OCSP_BASICRESP_free>;
using CertIdPtr = tls::OpensslPtr<OCSP_CERTID, OCSP_CERTID_free>;

struct Asked {
  RequestPtr request{OCSP_REQUEST_new()};
  std::vector<CertIdPtr> ids;

  Asked& add(const LabCertificate& leaf, const LabCertificate& issuer,
             const EVP_MD* digest = EVP_sha1()) {
    auto* id = OCSP_cert_to_id(digest, leaf.certificate.get(), issuer.certificate.get());
    ids.emplace_back(OCSP_CERTID_dup(id));
    OCSP_request_add0_id(request.get(), id);
    return *this;
  }
  Asked& nonce(int octets = 16) {
    Bytes value(static_cast<std::size_t>(octets), 0x42);
    OCSP_request_add1_nonce(request.get(), value.data(), octets);
    return *this;
  }
  Bytes der() const {
    unsigned char* data = nullptr;
    const int size = i2d_OCSP_REQUEST(request.get(), &data);
    Bytes out(data, data + size);
    OPENSSL_free(data);
    return out;
  }
};

struct Told {
  int response_status = -1;
  BasicPtr basic;
  bool verified = false;  ///< by OCSP_basic_verify with the lab's root as anchor

  /// V_OCSP_CERTSTATUS_* and the reason; -1 when there is no answer for it.
  std::pair<int, int> status(const CertIdPtr& id) const {
    int status = -1;
    int reason = -1;
    if (!basic || OCSP_resp_find_status(basic.get(), id.get(), &status, &reason, nullptr, nullptr,
                                        nullptr) != 1) {
      return {-1, -1};
    }
    return {status, reason};
  }
};

Told read(const OcspAnswer& answer) {
  Told out;
  const auto* at = answer.der.data();
  ResponsePtr response(d2i_OCSP_RESPONSE(nullptr, &at, static_cast<long>(answer.der.size())));
  REQUIRE(response);
  CHECK(at == answer.der.data() + answer.der.size());
  out.response_status = OCSP_response_status(response.get());
  out.basic.reset(OCSP_response_get1_basic(response.get()));
  if (out.basic) {
    tls::StorePtr store(X509_STORE_new());
    X509_STORE_add_cert(store.get(), revocation_lab().root.certificate.get());
    auto* known = sk_X509_new_null();  // the direct signer's certificate is not sent
    sk_X509_push(known, revocation_lab().root.certificate.get());
    out.verified = OCSP_basic_verify(out.basic.get(), known, store.get(), 0) == 1;
    sk_X509_free(known);
  }
  tls::drain_errors();
  return out;
}

}  // namespace

TEST_CASE("good, revoked, on hold and unknown are told apart (S4-65)", "[pki][ocsp]") {
  const auto& lab = revocation_lab();
  const bool delegated = GENERATE(false, true);
  const bool by_key = GENERATE(false, true);
  const auto responder = lab.responder(noon, delegated, {.name_by_key = by_key});
  Asked asked;
  asked.add(lab.good, lab.root).add(lab.revoked, lab.root).add(lab.held, lab.root);
  asked.add(lab.unknown, lab.root).nonce();
  const auto told = read(responder.answer(asked.der(), noon));
  REQUIRE(told.response_status == OCSP_RESPONSE_STATUS_SUCCESSFUL);
  CHECK(told.verified);
  CHECK(told.status(asked.ids[0]).first == V_OCSP_CERTSTATUS_GOOD);
  CHECK(told.status(asked.ids[1]) ==
        std::pair{V_OCSP_CERTSTATUS_REVOKED, OCSP_REVOKED_STATUS_KEYCOMPROMISE});
  CHECK(told.status(asked.ids[2]) ==
        std::pair{V_OCSP_CERTSTATUS_REVOKED, OCSP_REVOKED_STATUS_CERTIFICATEHOLD});
  CHECK(told.status(asked.ids[3]).first == V_OCSP_CERTSTATUS_UNKNOWN);
  CHECK(OCSP_check_nonce(asked.request.get(), told.basic.get()) == 1);
}

TEST_CASE("a delegated signer's certificate comes along, the CA's own does not (S4-60)",
          "[pki][ocsp]") {
  const auto& lab = revocation_lab();
  Asked asked;
  asked.add(lab.good, lab.root);
  const auto direct = read(lab.responder(noon, false).answer(asked.der(), noon));
  CHECK(sk_X509_num(OCSP_resp_get0_certs(direct.basic.get())) <= 0);
  const auto delegated = read(lab.responder(noon, true).answer(asked.der(), noon));
  const auto* certificates = OCSP_resp_get0_certs(delegated.basic.get());
  REQUIRE(sk_X509_num(certificates) == 1);
  CHECK(X509_cmp(sk_X509_value(certificates, 0), lab.delegate.certificate.get()) == 0);
  CHECK(delegated.verified);
}

TEST_CASE("every hash that a CertID may use is understood", "[pki][ocsp]") {
  const auto& lab = revocation_lab();
  const auto responder = lab.responder(noon, false);
  for (const auto* digest : {EVP_sha1(), EVP_sha256(), EVP_sha384(), EVP_sha512()}) {
    Asked asked;
    asked.add(lab.revoked, lab.root, digest);
    const auto told = read(responder.answer(asked.der(), noon));
    CHECK(told.status(asked.ids[0]).first == V_OCSP_CERTSTATUS_REVOKED);
  }
}

TEST_CASE("a certificate of a CA that nobody answers for is refused as unauthorized",
          "[pki][ocsp]") {
  const auto& lab = revocation_lab();
  const auto responder = lab.responder(noon, false);
  Asked stranger;
  stranger.add(lab.good, lab.other_root);
  CHECK(read(responder.answer(stranger.der(), noon)).response_status ==
        OCSP_RESPONSE_STATUS_UNAUTHORIZED);
  Asked mixed;
  mixed.add(lab.good, lab.other_root).add(lab.good, lab.root);
  const auto told = read(responder.answer(mixed.der(), noon));
  CHECK(told.status(mixed.ids[0]).first == V_OCSP_CERTSTATUS_UNKNOWN);
  CHECK(told.status(mixed.ids[1]).first == V_OCSP_CERTSTATUS_GOOD);
}

TEST_CASE("two CAs share a responder and each answer has its CA's signature", "[pki][ocsp]") {
  const auto& lab = revocation_lab();
  const auto other_leaf = make_lab_certificate({.name = "other leaf"}, &lab.other_root);
  std::vector<OcspAuthority> authorities;
  for (const auto* ca : {&lab.other_root, &lab.root}) {
    authorities.push_back({tls::up_ref(ca->certificate.get()),
                           {tls::up_ref(ca->certificate.get()), tls::up_ref(ca->key.get()), {}},
                           source_of(StatusTable({}))});
  }
  auto responder = OcspResponder::make(std::move(authorities)).value();
  for (const auto& [leaf, ca] :
       {std::pair{&lab.good, &lab.root},
        std::pair<const LabCertificate*, const LabCertificate*>{&other_leaf, &lab.other_root}}) {
    const auto query = make_ocsp_query(leaf->certificate.get(), ca->certificate.get()).value();
    const auto verdict = judge_ocsp_answer(responder.answer(query.der, noon).der, query,
                                           {.issuer = ca->certificate.get()}, noon);
    CHECK(verdict.refusal.empty());
    CHECK(verdict.status == SingleStatus{});
  }
}

TEST_CASE("times and extensions of an answer are those of the options (S4-66)", "[pki][ocsp]") {
  const auto& lab = revocation_lab();
  Asked asked;
  asked.add(lab.good, lab.root).nonce();
  const auto responder = lab.responder(
      noon, false,
      {.validity = 2h, .backdate = 5min, .echo_nonce = false, .archive_cutoff = 24h * 365});
  const auto told = read(responder.answer(asked.der(), noon));
  int status = 0;
  int reason = 0;
  ASN1_GENERALIZEDTIME* since = nullptr;
  ASN1_GENERALIZEDTIME* begin = nullptr;
  ASN1_GENERALIZEDTIME* end = nullptr;
  REQUIRE(OCSP_resp_find_status(told.basic.get(), asked.ids[0].get(), &status, &reason, &since,
                                &begin, &end) == 1);
  CHECK(detail::wall_time_of(begin) == noon - 5min);
  CHECK(detail::wall_time_of(end) == noon + 2h - 5min);
  CHECK(OCSP_check_nonce(asked.request.get(), told.basic.get()) == -1);  // asked, not answered
  auto* single = OCSP_resp_get0(told.basic.get(), 0);
  const int at = OCSP_SINGLERESP_get_ext_by_NID(single, NID_id_pkix_OCSP_archiveCutoff, -1);
  REQUIRE(at >= 0);
  tls::OpensslPtr<ASN1_GENERALIZEDTIME, ASN1_GENERALIZEDTIME_free> cutoff(
      static_cast<ASN1_GENERALIZEDTIME*>(
          OCSP_SINGLERESP_get1_ext_d2i(single, NID_id_pkix_OCSP_archiveCutoff, nullptr, nullptr)));
  CHECK(detail::wall_time_of(cutoff.get()) == noon - 24h * 365);

  const auto open_ended = lab.responder(noon, false, {.validity = Nanos{0}});
  const auto without = read(open_ended.answer(asked.der(), noon));
  CHECK(OCSP_check_nonce(asked.request.get(), without.basic.get()) == 1);
  REQUIRE(OCSP_resp_find_status(without.basic.get(), asked.ids[0].get(), &status, &reason, &since,
                                &begin, &end) == 1);
  CHECK(end == nullptr);
}

TEST_CASE("what is no request is answered with malformedRequest", "[pki][ocsp]") {
  const auto& lab = revocation_lab();
  const auto responder = lab.responder(noon, false);
  const auto status = [&](ByteView request) {
    const auto answer = responder.answer(request, noon);
    CHECK(answer.summary == "malformedRequest");
    return read(answer).response_status;
  };
  Asked asked;
  asked.add(lab.good, lab.root).nonce();
  auto der = asked.der();
  for (std::size_t size = 0; size < der.size(); ++size) {
    CHECK(status(ByteView(der).first(size)) == OCSP_RESPONSE_STATUS_MALFORMEDREQUEST);
  }
  der.push_back(0);
  CHECK(status(der) == OCSP_RESPONSE_STATUS_MALFORMEDREQUEST);
  CHECK(status(Asked().der()) == OCSP_RESPONSE_STATUS_MALFORMEDREQUEST);
}

TEST_CASE("nonces of 1 to 128 octets are repeated, longer ones refused", "[pki][ocsp]") {
  const auto& lab = revocation_lab();
  const auto responder = lab.responder(noon, false);
  for (const int octets : {1, 16, 32, 128}) {
    Asked asked;
    asked.add(lab.good, lab.root).nonce(octets);
    const auto told = read(responder.answer(asked.der(), noon));
    CHECK(OCSP_check_nonce(asked.request.get(), told.basic.get()) == 1);
  }
  Asked asked;
  asked.add(lab.good, lab.root).nonce(129);
  CHECK(read(responder.answer(asked.der(), noon)).response_status ==
        OCSP_RESPONSE_STATUS_MALFORMEDREQUEST);
}

TEST_CASE("a critical request extension that we do not know stops the answer", "[pki][ocsp]") {
  const auto& lab = revocation_lab();
  Asked asked;
  asked.add(lab.good, lab.root);
  tls::OpensslPtr<X509_EXTENSION, X509_EXTENSION_free> unknown(
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_netscape_comment, "critical,hello"));
  REQUIRE(unknown);
  OCSP_REQUEST_add_ext(asked.request.get(), unknown.get(), -1);
  CHECK(lab.responder(noon, false).answer(asked.der(), noon).summary == "malformedRequest");
}

TEST_CASE("an answer's summary is a line for a log", "[pki][ocsp]") {
  const auto& lab = revocation_lab();
  Asked asked;
  asked.add(lab.revoked, lab.root).nonce();
  const auto serial = serial_text(serial_of(lab.revoked.certificate.get()));
  CHECK(lab.responder(noon, false).answer(asked.der(), noon, OcspVariant::stale).summary ==
        serial + ": revoked (keyCompromise) since 2026-05-31T12:00:00Z, nonce, as stale");
}

TEST_CASE("a staple answers for one certificate without nonce", "[pki][ocsp]") {
  const auto& lab = revocation_lab();
  const auto responder = lab.responder(noon, true);
  const auto staple = responder.staple(lab.held.certificate.get(), noon).value();
  const auto told = read(staple);
  CertIdPtr id(OCSP_cert_to_id(nullptr, lab.held.certificate.get(), lab.root.certificate.get()));
  CHECK(told.verified);
  CHECK(told.status(id) ==
        std::pair{V_OCSP_CERTSTATUS_REVOKED, OCSP_REVOKED_STATUS_CERTIFICATEHOLD});
  CHECK(OCSP_BASICRESP_get_ext_count(told.basic.get()) == 0);
  CHECK(responder.staple(lab.other_root.certificate.get(), noon).error().text() ==
        "\"CN = other root\" was issued by \"CN = other root\", for which nobody answers here");
}

TEST_CASE("a responder is not made of parts that do not fit", "[pki][ocsp]") {
  const auto& lab = revocation_lab();
  std::vector<OcspAuthority> authorities;
  CHECK(OcspResponder::make({}).error().text() == "an OCSP responder needs at least one CA");
  authorities.push_back(
      {tls::up_ref(lab.root.certificate.get()),
       {tls::up_ref(lab.delegate.certificate.get()), tls::up_ref(lab.root.key.get()), {}},
       lab.status(noon)});
  CHECK(OcspResponder::make(std::move(authorities)).error().text() ==
        "the OCSP signer's key does not belong to \"CN = ocsp signer\"");
}
