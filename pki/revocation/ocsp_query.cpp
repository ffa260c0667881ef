#include "pki/revocation/ocsp_query.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/rand.h>

#include <algorithm>

#include "pki/mint/certificate.hpp"
#include "pki/revocation/detail/der.hpp"
#include "pki/revocation/detail/ocsp_request.hpp"
#include "pki/revocation/detail/ocsp_writer.hpp"

namespace handfast::pki {

namespace {

using ResponsePtr = tls::OpensslPtr<OCSP_RESPONSE, OCSP_RESPONSE_free>;
using BasicPtr = tls::OpensslPtr<OCSP_BASICRESP, OCSP_BASICRESP_free>;
using CertIdPtr = tls::OpensslPtr<OCSP_CERTID, OCSP_CERTID_free>;
using PointsPtr = tls::OpensslPtr<CRL_DIST_POINTS, CRL_DIST_POINTS_free>;
using AccessPtr = tls::OpensslPtr<AUTHORITY_INFO_ACCESS, AUTHORITY_INFO_ACCESS_free>;
struct FreeStack {
  void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }  // not the certificates
};
using StackPtr = std::unique_ptr<STACK_OF(X509), FreeStack>;

void add_uri(std::vector<std::string>& out, const GENERAL_NAME* name) {
  if (name->type != GEN_URI) return;
  out.emplace_back(reinterpret_cast<const char*>(name->d.uniformResourceIdentifier->data),
                   static_cast<std::size_t>(name->d.uniformResourceIdentifier->length));
}

Bytes value_of(const X509_EXTENSION* extension) {
  const auto* text = X509_EXTENSION_get_data(const_cast<X509_EXTENSION*>(extension));
  const auto* data = ASN1_STRING_get0_data(text);
  return {data, data + ASN1_STRING_length(text)};
}

/// Why `signer` may not speak for `issuer`; empty: it may (RFC 6960 section 4.2.2.2).
std::string not_authorized(X509* signer, const OcspTrust& trust, WallTime at) {
  if (trust.designated != nullptr) {
    return X509_cmp(signer, trust.designated) == 0 ? "" : "it is not the designated responder";
  }
  if (X509_cmp(signer, trust.issuer) == 0) return {};
  const bool issued =
      X509_NAME_cmp(X509_get_issuer_name(signer), X509_get_subject_name(trust.issuer)) == 0 &&
      X509_verify(signer, X509_get0_pubkey(trust.issuer)) == 1;
  if (!issued) return "the CA did not issue its certificate";
  const bool for_ocsp = (X509_get_extension_flags(signer) & EXFLAG_XKUSAGE) != 0 &&
                        (X509_get_extended_key_usage(signer) & XKU_OCSP_SIGN) != 0;
  if (!for_ocsp) return "its certificate lacks the OCSP-signing purpose";
  const auto period = period_of(signer);
  if (at < period.not_before || at > period.not_after) return "its certificate is not valid now";
  return {};
}

bool is_responder(const OCSP_BASICRESP* basic, const X509* candidate) {
  const ASN1_OCTET_STRING* key = nullptr;
  const X509_NAME* name = nullptr;
  if (OCSP_resp_get0_id(basic, &key, &name) != 1) return false;
  if (name != nullptr) return X509_NAME_cmp(X509_get_subject_name(candidate), name) == 0;
  const auto hash = detail::issuer_hashes(candidate, NID_sha1).key;
  return std::ranges::equal(hash, ByteView{key->data, static_cast<std::size_t>(key->length)});
}

X509* find_signer(const OCSP_BASICRESP* basic, const OcspTrust& trust) {
  for (auto* known : {trust.designated, trust.issuer}) {
    if (known != nullptr && is_responder(basic, known)) return known;
  }
  const auto* sent = OCSP_resp_get0_certs(basic);
  for (int i = 0; i < sk_X509_num(sent); ++i) {
    if (is_responder(basic, sk_X509_value(sent, i))) return sk_X509_value(sent, i);
  }
  return nullptr;
}

/// The signature alone: who may sign has been decided before.
bool signature_fits(OCSP_BASICRESP* basic, X509* signer) {
  StackPtr only(sk_X509_new_null());
  sk_X509_push(only.get(), signer);
  return OCSP_basic_verify(basic, only.get(), nullptr, OCSP_NOVERIFY | OCSP_NOINTERN) == 1;
}

std::string nonce_refusal(const OCSP_BASICRESP* basic, const OcspQuery& query,
                          const OcspTrust& trust, bool& matched) {
  auto* response = const_cast<OCSP_BASICRESP*>(basic);
  const int at = OCSP_BASICRESP_get_ext_by_NID(response, NID_id_pkix_OCSP_Nonce, -1);
  if (query.nonce.empty()) return {};
  if (at < 0) return trust.need_nonce ? "it repeats no nonce" : "";
  matched = value_of(OCSP_BASICRESP_get_ext(response, at)) == query.nonce;
  return matched ? "" : "its nonce is not the one that was asked with";
}

bool has_critical_extension(OCSP_BASICRESP* basic, OCSP_SINGLERESP* single) {
  for (int i = 0; i < OCSP_BASICRESP_get_ext_count(basic); ++i) {
    auto* extension = OCSP_BASICRESP_get_ext(basic, i);
    if (X509_EXTENSION_get_critical(extension) != 0 &&
        OBJ_obj2nid(X509_EXTENSION_get_object(extension)) != NID_id_pkix_OCSP_Nonce) {
      return true;
    }
  }
  for (int i = 0; i < OCSP_SINGLERESP_get_ext_count(single); ++i) {
    if (X509_EXTENSION_get_critical(OCSP_SINGLERESP_get_ext(single, i)) != 0) return true;
  }
  return false;
}

SingleStatus status_in(int status, int reason, const ASN1_GENERALIZEDTIME* since) {
  if (status == V_OCSP_CERTSTATUS_GOOD) return {CertificateStatus::good, {}, {}};
  if (status != V_OCSP_CERTSTATUS_REVOKED) return {CertificateStatus::unknown, {}, {}};
  SingleStatus out{
      CertificateStatus::revoked, detail::wall_time_of(since).value_or(WallTime{}), {}};
  constexpr int unused = 7;
  if (reason >= 0 && reason <= 10 && reason != unused) {
    out.reason = static_cast<RevocationReason>(reason);
  }
  return out;
}

std::string time_refusal(const OcspVerdict& verdict, Nanos skew, WallTime at) {
  if (!verdict.this_update) return "its thisUpdate is no time";
  if (*verdict.this_update > at + skew) {
    return fmt::format("it is valid only from {}", rfc3339(*verdict.this_update));
  }
  if (verdict.next_update && *verdict.next_update + skew < at) {
    return fmt::format("it is stale: newer information was due at {}",
                       rfc3339(*verdict.next_update));
  }
  return {};
}

/// Finds the single answer; returns the refusal and fills the verdict.
std::string take_single(OCSP_BASICRESP* basic, const OcspQuery& query, const OcspTrust& trust,
                        WallTime at, OcspVerdict& verdict) {
  const auto* id_at = query.cert_id.data();
  CertIdPtr id(d2i_OCSP_CERTID(nullptr, &id_at, static_cast<long>(query.cert_id.size())));
  const int index = id ? OCSP_resp_find(basic, id.get(), -1) : -1;
  if (index < 0) return "it does not answer for this certificate";
  auto* single = OCSP_resp_get0(basic, index);
  int reason = -1;
  ASN1_GENERALIZEDTIME* since = nullptr;
  ASN1_GENERALIZEDTIME* this_update = nullptr;
  ASN1_GENERALIZEDTIME* next_update = nullptr;
  const int status = OCSP_single_get0_status(single, &reason, &since, &this_update, &next_update);
  verdict.this_update = detail::wall_time_of(this_update);
  verdict.next_update = detail::wall_time_of(next_update);
  if (has_critical_extension(basic, single)) return "it has a critical extension nobody knows";
  if (auto wrong = time_refusal(verdict, trust.skew, at); !wrong.empty()) return wrong;
  verdict.status = status_in(status, reason, since);
  return {};
}

std::string judge_basic(OCSP_BASICRESP* basic, const OcspQuery& query, const OcspTrust& trust,
                        WallTime at, OcspVerdict& verdict) {
  auto* signer = find_signer(basic, trust);
  if (signer == nullptr) return "nobody known is its responder, and no certificate of it was sent";
  verdict.signer = name_text(X509_get_subject_name(signer));
  if (auto why = not_authorized(signer, trust, at); !why.empty()) {
    return "the signer is not authorized: " + why;
  }
  if (!signature_fits(basic, signer)) return "its signature is wrong";
  if (auto wrong = nonce_refusal(basic, query, trust, verdict.nonce_matched); !wrong.empty()) {
    return wrong;
  }
  return take_single(basic, query, trust, at, verdict);
}

}  // namespace

std::vector<std::string> ocsp_urls(const X509* certificate) {
  std::vector<std::string> out;
  AccessPtr access(static_cast<AUTHORITY_INFO_ACCESS*>(
      X509_get_ext_d2i(certificate, NID_info_access, nullptr, nullptr)));
  for (int i = 0; access && i < sk_ACCESS_DESCRIPTION_num(access.get()); ++i) {
    const auto* entry = sk_ACCESS_DESCRIPTION_value(access.get(), i);
    if (OBJ_obj2nid(entry->method) == NID_ad_OCSP) add_uri(out, entry->location);
  }
  ERR_clear_error();
  return out;
}

std::vector<std::string> crl_urls(const X509* certificate) {
  std::vector<std::string> out;
  PointsPtr points(static_cast<CRL_DIST_POINTS*>(
      X509_get_ext_d2i(certificate, NID_crl_distribution_points, nullptr, nullptr)));
  for (int i = 0; points && i < sk_DIST_POINT_num(points.get()); ++i) {
    const auto* point = sk_DIST_POINT_value(points.get(), i);
    if (point->distpoint == nullptr || point->distpoint->type != 0) continue;
    const auto* names = point->distpoint->name.fullname;
    for (int j = 0; j < sk_GENERAL_NAME_num(names); ++j) {
      add_uri(out, sk_GENERAL_NAME_value(names, j));
    }
  }
  ERR_clear_error();
  return out;
}

Result<OcspQuery> make_ocsp_query(const X509* certificate, const X509* issuer, bool with_nonce) {
  if (X509_NAME_cmp(X509_get_issuer_name(certificate), X509_get_subject_name(issuer)) != 0) {
    return usage_problem(fmt::format(
        "\"{}\" was issued by \"{}\", not by \"{}\"", name_text(X509_get_subject_name(certificate)),
        name_text(X509_get_issuer_name(certificate)), name_text(X509_get_subject_name(issuer))));
  }
  OcspQuery out;
  out.cert_id = detail::cert_id_of(issuer, serial_of(certificate), NID_sha1).der;
  Bytes extensions;
  if (with_nonce) {
    Bytes nonce(32);
    if (RAND_bytes(nonce.data(), static_cast<int>(nonce.size())) != 1) {
      return tls::openssl_problem(ProblemKind::environment, "no random octets for a nonce");
    }
    out.nonce = detail::element(detail::der_octet_string, nonce);
    extensions = detail::element(
        detail::der_context_constructed(2),
        detail::sequence(detail::extension(NID_id_pkix_OCSP_Nonce, false, out.nonce)));
  }
  // OCSPRequest { TBSRequest { requestList { Request { CertID } }, [2] extensions } }
  const auto list = detail::sequence(detail::sequence(out.cert_id));
  out.der = detail::sequence(detail::sequence(list, extensions));
  return out;
}

OcspVerdict judge_ocsp_answer(ByteView answer, const OcspQuery& query, const OcspTrust& trust,
                              WallTime at) {
  OcspVerdict verdict;
  const auto refuse = [&](std::string why) {
    ERR_clear_error();
    verdict.status.reset();
    verdict.refusal = std::move(why);
    return std::move(verdict);
  };
  const auto* data = answer.data();
  ResponsePtr response(d2i_OCSP_RESPONSE(nullptr, &data, static_cast<long>(answer.size())));
  if (!response || data != answer.data() + answer.size()) {
    return refuse("what came back is no OCSP response");
  }
  const int status = OCSP_response_status(response.get());
  if (status != OCSP_RESPONSE_STATUS_SUCCESSFUL) {
    return refuse(fmt::format("the responder does not answer: {}",
                              detail::to_string(static_cast<detail::OcspStatus>(status))));
  }
  BasicPtr basic(OCSP_response_get1_basic(response.get()));
  if (!basic) return refuse("the response has no basic answer in it");
  auto refusal = judge_basic(basic.get(), query, trust, at, verdict);
  if (!refusal.empty()) return refuse(std::move(refusal));
  ERR_clear_error();
  return verdict;
}

}  // namespace handfast::pki
