// Any bytes as CRL, OCSP request, OCSP answer, request path and revocation list: each reader
// answers a value or its documented refusal, and what it read can be shown.
#include <cstdlib>

#include "pki/revocation/crl_reader.hpp"
#include "pki/revocation/ocsp.hpp"
#include "pki/revocation/ocsp_http.hpp"
#include "pki/revocation/ocsp_query.hpp"
#include "pki/revocation/revocation_list.hpp"

using namespace handfast;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

struct Ca {
  tls::CertificatePtr certificate{X509_new()};
  tls::PkeyPtr key{EVP_EC_gen("P-256")};

  Ca() {
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    ASN1_TIME_set_string(X509_getm_notBefore(certificate.get()), "200101000000Z");
    ASN1_TIME_set_string(X509_getm_notAfter(certificate.get()), "491231235959Z");
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>("fuzz"), -1, -1, 0);
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get()));
    X509_set_pubkey(certificate.get(), key.get());
    require(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0);
  }
};

pki::OcspResponder make_responder(const Ca& ca) {
  std::vector<pki::OcspAuthority> authorities;
  authorities.push_back({tls::up_ref(ca.certificate.get()),
                         {tls::up_ref(ca.certificate.get()), tls::up_ref(ca.key.get()), {}},
                         pki::source_of(pki::StatusTable({}))});
  return pki::OcspResponder::make(std::move(authorities)).value();
}

void read_crls(std::string_view text) {
  const auto crls = pki::parse_crls(text, "fuzz");
  if (!crls) {
    require(crls.error().kind == ProblemKind::environment && crls.error().where == "fuzz");
    return;
  }
  for (const auto& crl : *crls) {
    const auto shown = pki::crl_text(crl.facts(), WallTime{});
    require(shown.find('\x1b') == std::string::npos);
    for (const auto& entry : crl.entries()) {
      require(pki::parse_serial(pki::serial_text(entry.serial)) || entry.serial.size() > 64);
    }
    (void)crl.find(Bytes{0x2a});
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Ca ca;
  static const auto responder = make_responder(ca);
  static const auto query =
      pki::make_ocsp_query(ca.certificate.get(), ca.certificate.get()).value();
  const ByteView bytes(data, size);
  const auto text = as_text(bytes);
  read_crls(text);
  require(!responder.answer(bytes, WallTime{}).der.empty());
  const auto verdict =
      pki::judge_ocsp_answer(bytes, query, {.issuer = ca.certificate.get()}, WallTime{});
  // Nobody but us has the key.
  require(!verdict.status && !verdict.refusal.empty());
  if (const auto request = pki::ocsp_request_in_path(text)) {
    require(pki::ocsp_request_in_path(pki::ocsp_get_path(*request)).value() == *request);
  }
  (void)pki::parse_revoked_list(text, "fuzz", WallTime{});
  return 0;
}
