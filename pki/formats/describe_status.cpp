#include "pki/formats/describe_status.hpp"

#include <openssl/ocsp.h>

#include <array>

#include "pki/formats/detail/asn1_text.hpp"
#include "pki/formats/detail/general_names.hpp"
#include "pki/mint/certificate.hpp"

namespace handfast::pki {

namespace {

using EnumeratedPtr = tls::OpensslPtr<ASN1_ENUMERATED, ASN1_ENUMERATED_free>;
using TimePtr = tls::OpensslPtr<ASN1_GENERALIZEDTIME, ASN1_GENERALIZEDTIME_free>;
using NamesPtr = tls::OpensslPtr<GENERAL_NAMES, GENERAL_NAMES_free>;
using BasicPtr = tls::OpensslPtr<OCSP_BASICRESP, OCSP_BASICRESP_free>;

/// RFC 5280 section 5.3.1.
std::string reason_name(long reason) {
  constexpr std::array<const char*, 11> names{
      "unspecified",   "keyCompromise",        "cACompromise",    "affiliationChanged",
      "superseded",    "cessationOfOperation", "certificateHold", "7",
      "removeFromCRL", "privilegeWithdrawn",   "aACompromise"};
  if (reason < 0 || reason >= static_cast<long>(names.size())) return std::to_string(reason);
  return names.at(static_cast<std::size_t>(reason));
}

RevokedFacts describe_revoked(const X509_REVOKED* entry) {
  const auto* serial = X509_REVOKED_get0_serialNumber(entry);
  RevokedFacts out{.serial = detail::integer_hex(serial),
                   .serial_decimal = detail::integer_decimal(serial),
                   .revoked_at = detail::time_text(X509_REVOKED_get0_revocationDate(entry)),
                   .reason = {},
                   .invalid_since = {},
                   .certificate_issuer = {}};
  const auto extension = [entry](int nid) {
    return X509_REVOKED_get_ext_d2i(entry, nid, nullptr, nullptr);
  };
  const EnumeratedPtr reason(static_cast<ASN1_ENUMERATED*>(extension(NID_crl_reason)));
  if (reason) out.reason = reason_name(ASN1_ENUMERATED_get(reason.get()));
  const TimePtr since(static_cast<ASN1_GENERALIZEDTIME*>(extension(NID_invalidity_date)));
  out.invalid_since = detail::time_text(since.get());
  const NamesPtr issuer(static_cast<GENERAL_NAMES*>(extension(NID_certificate_issuer)));
  if (issuer) out.certificate_issuer = detail::general_names_title(issuer.get());
  return out;
}

/// RFC 6960 section 4.2.1.
std::string response_status_name(int status) {
  switch (status) {
    case OCSP_RESPONSE_STATUS_SUCCESSFUL:
      return "successful";
    case OCSP_RESPONSE_STATUS_MALFORMEDREQUEST:
      return "malformedRequest";
    case OCSP_RESPONSE_STATUS_INTERNALERROR:
      return "internalError";
    case OCSP_RESPONSE_STATUS_TRYLATER:
      return "tryLater";
    case OCSP_RESPONSE_STATUS_SIGREQUIRED:
      return "sigRequired";
    case OCSP_RESPONSE_STATUS_UNAUTHORIZED:
      return "unauthorized";
    default:
      return "status " + std::to_string(status);
  }
}

OcspSingleFacts describe_single(OCSP_SINGLERESP* single) {
  OcspSingleFacts out;
  auto* id = const_cast<OCSP_CERTID*>(OCSP_SINGLERESP_get0_id(single));
  ASN1_OCTET_STRING* name_hash = nullptr;
  ASN1_OCTET_STRING* key_hash = nullptr;
  ASN1_OBJECT* hash = nullptr;
  ASN1_INTEGER* serial = nullptr;
  OCSP_id_get0_info(&name_hash, &hash, &key_hash, &serial, id);
  out.serial = detail::integer_hex(serial);
  out.serial_decimal = detail::integer_decimal(serial);
  out.hash = detail::algorithm_name(OBJ_obj2nid(hash));
  out.issuer_name_hash = detail::octets_hex(name_hash);
  out.issuer_key_hash = detail::octets_hex(key_hash);

  int reason = -1;
  ASN1_GENERALIZEDTIME* revoked = nullptr;
  ASN1_GENERALIZEDTIME* this_update = nullptr;
  ASN1_GENERALIZEDTIME* next_update = nullptr;
  const int status = OCSP_single_get0_status(single, &reason, &revoked, &this_update, &next_update);
  out.status = status == V_OCSP_CERTSTATUS_GOOD      ? "good"
               : status == V_OCSP_CERTSTATUS_REVOKED ? "revoked"
                                                     : "unknown";
  if (status == V_OCSP_CERTSTATUS_REVOKED) {
    out.revoked_at = detail::time_text(revoked);
    if (reason >= 0) out.reason = reason_name(reason);
  }
  out.this_update = detail::time_text(this_update);
  out.next_update = detail::time_text(next_update);
  return out;
}

void describe_basic(OCSP_BASICRESP* basic, OcspFacts& out) {
  const ASN1_OCTET_STRING* key = nullptr;
  const X509_NAME* name = nullptr;
  if (OCSP_resp_get0_id(basic, &key, &name) == 1) {
    out.responder = name != nullptr ? "name " + name_text(name) : "key " + detail::octets_hex(key);
  }
  out.produced_at = detail::time_text(OCSP_resp_get0_produced_at(basic));
  out.signature_algorithm = detail::algorithm_name(OCSP_resp_get0_tbs_sigalg(basic));
  const int at = OCSP_BASICRESP_get_ext_by_NID(basic, NID_id_pkix_OCSP_Nonce, -1);
  if (at >= 0) {
    out.nonce = detail::octets_hex(X509_EXTENSION_get_data(OCSP_BASICRESP_get_ext(basic, at)));
  }
  const auto* certificates = OCSP_resp_get0_certs(basic);
  for (int i = 0; i < sk_X509_num(certificates); ++i) {
    out.certificates.push_back(name_text(X509_get_subject_name(sk_X509_value(certificates, i))));
  }
  for (int i = 0; i < OCSP_resp_count(basic); ++i) {
    out.singles.push_back(describe_single(OCSP_resp_get0(basic, i)));
  }
}

}  // namespace

RevocationListFacts describe(const X509_CRL* crl, std::size_t most_entries) {
  auto* plain = const_cast<X509_CRL*>(crl);  // only to get at the list, which is not changed
  RevocationListFacts out;
  out.version = static_cast<int>(X509_CRL_get_version(crl)) + 1;
  out.issuer = name_text(X509_CRL_get_issuer(crl));
  out.this_update = detail::time_text(X509_CRL_get0_lastUpdate(crl));
  out.next_update = detail::time_text(X509_CRL_get0_nextUpdate(crl));
  out.signature_algorithm = detail::algorithm_name(X509_CRL_get_signature_nid(crl));
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (X509_CRL_digest(crl, EVP_sha256(), digest.data(), &size) == 1) {
    out.fingerprint = to_hex({digest.data(), size});
  }
  const auto* entries = X509_CRL_get_REVOKED(plain);
  const int count = entries == nullptr ? 0 : sk_X509_REVOKED_num(entries);
  out.revoked_count = static_cast<std::size_t>(count);
  for (int i = 0; i < count && out.revoked.size() < most_entries; ++i) {
    out.revoked.push_back(describe_revoked(sk_X509_REVOKED_value(entries, i)));
  }
  out.extensions = describe_extensions(X509_CRL_get0_extensions(crl));
  tls::drain_errors();
  return out;
}

OcspFacts describe(const OCSP_RESPONSE* response) {
  auto* plain = const_cast<OCSP_RESPONSE*>(response);  // OpenSSL's getters do not know const
  OcspFacts out;
  out.response_status = response_status_name(OCSP_response_status(plain));
  const BasicPtr basic(OCSP_response_get1_basic(plain));
  if (basic) describe_basic(basic.get(), out);
  tls::drain_errors();
  return out;
}

}  // namespace handfast::pki
