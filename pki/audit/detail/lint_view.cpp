#include "pki/audit/detail/lint_view.hpp"

namespace handfast::pki::detail {

namespace {

using BasicConstraintsPtr = tls::OpensslPtr<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free>;
using AuthorityKeyIdPtr = tls::OpensslPtr<AUTHORITY_KEYID, AUTHORITY_KEYID_free>;
using DistributionPointsPtr = tls::OpensslPtr<CRL_DIST_POINTS, CRL_DIST_POINTS_free>;
using InfoAccessPtr = tls::OpensslPtr<AUTHORITY_INFO_ACCESS, AUTHORITY_INFO_ACCESS_free>;

template <class Pointer>
Pointer extension(const X509* certificate, int nid) {
  return Pointer(
      static_cast<typename Pointer::pointer>(X509_get_ext_d2i(certificate, nid, nullptr, nullptr)));
}

Bytes bytes_of(const ASN1_STRING* string) {
  const auto* data = ASN1_STRING_get0_data(string);
  return {data, data + ASN1_STRING_length(string)};
}

std::string common_name_of(const X509* certificate) {
  const auto* name = X509_get_subject_name(certificate);
  const int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
  return at < 0 ? "" : text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
}

}  // namespace

std::string text_of(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<std::size_t>(ASN1_STRING_length(string))};
}

void add_urls(const GENERAL_NAMES* names, std::vector<std::string>& out) {
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names); ++i) {
    const auto* name = sk_GENERAL_NAME_value(names, i);
    if (name->type == GEN_URI) out.push_back(text_of(name->d.uniformResourceIdentifier));
  }
}

CertificateView::CertificateView(X509* certificate) : x509(certificate) {
  self_issued = is_self_issued(x509);
  usages = usages_of(x509);
  common_name = common_name_of(x509);
  subject_key_id = key_id(x509);
  if (const auto constraints = extension<BasicConstraintsPtr>(x509, NID_basic_constraints)) {
    ca = constraints->ca != 0;
    if (constraints->pathlen != nullptr) path_length = ASN1_INTEGER_get(constraints->pathlen);
  }
  const auto names = extension<GeneralNamesPtr>(x509, NID_subject_alt_name);
  has_san = names != nullptr;
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const auto* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS) dns.push_back(text_of(name->d.dNSName));
    if (name->type == GEN_IPADD) ips.push_back(text_of(name->d.iPAddress));
  }
  if (const auto id = extension<AuthorityKeyIdPtr>(x509, NID_authority_key_identifier)) {
    has_authority_key_id = true;
    if (id->keyid != nullptr) authority_key_id = bytes_of(id->keyid);
  }
  const auto* number = X509_get0_serialNumber(x509);
  serial = bytes_of(number);
  negative_serial = (number->type & V_ASN1_NEG) != 0;
  const auto points = extension<DistributionPointsPtr>(x509, NID_crl_distribution_points);
  for (int i = 0; points && i < sk_DIST_POINT_num(points.get()); ++i) {
    const auto* point = sk_DIST_POINT_value(points.get(), i);
    if (point->distpoint != nullptr && point->distpoint->type == 0) {
      add_urls(point->distpoint->name.fullname, crl_urls);
    }
  }
  const auto access = extension<InfoAccessPtr>(x509, NID_info_access);
  for (int i = 0; access && i < sk_ACCESS_DESCRIPTION_num(access.get()); ++i) {
    const auto* entry = sk_ACCESS_DESCRIPTION_value(access.get(), i);
    if (OBJ_obj2nid(entry->method) == NID_ad_OCSP && entry->location->type == GEN_URI) {
      ocsp_urls.push_back(text_of(entry->location->d.uniformResourceIdentifier));
    }
  }
  tls::drain_errors();
}

bool CertificateView::critical(int nid) const {
  const int at = X509_get_ext_by_NID(x509, nid, -1);
  return at >= 0 && X509_EXTENSION_get_critical(X509_get_ext(x509, at)) == 1;
}

}  // namespace handfast::pki::detail
