#include "pki/mint/certificate.hpp"

#include <fmt/format.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "pki/mint/detail/extensions.hpp"
#include "pki/mint/detail/naming.hpp"

namespace handfast::pki {

namespace {

Problem issue_problem(const CertificateSpec& spec) {
  return tls::openssl_problem(
      ProblemKind::internal,
      fmt::format("cannot issue the certificate \"{}\"", to_string(spec.subject)));
}

bool set_public_key(X509* certificate, EVP_PKEY* key, Bytes& own_key_id) {
  if (X509_set_pubkey(certificate, key) != 1) return false;
  const ASN1_BIT_STRING* bits = X509_get0_pubkey_bitstr(certificate);
  own_key_id = detail::key_id_of({bits->data, static_cast<std::size_t>(bits->length)});
  return true;
}

/// The extensions in the order in which they stand; one that cannot be made is null.
std::vector<detail::ExtensionPtr> extensions_of(const CertificateSpec& spec, bool can_encipher,
                                                ByteView own_key_id, ByteView issuer_key_id) {
  std::vector<detail::ExtensionPtr> out;
  auto usages = spec.profile.usages;
  if (!can_encipher) usages.key.remove(KeyUsage::key_encipherment);
  out.push_back(detail::basic_constraints(spec.profile.ca, spec.path_length));
  if (!usages.key.empty()) out.push_back(detail::key_usage(usages.key));
  if (!usages.extended.empty()) out.push_back(detail::extended_key_usage(usages.extended));
  out.push_back(detail::authority_key_id(issuer_key_id));
  out.push_back(detail::subject_key_id(own_key_id));
  if (!spec.names.empty()) out.push_back(detail::alt_names(spec.names, spec.subject.empty()));
  if (!spec.constraints.empty()) out.push_back(detail::name_constraints(spec.constraints));
  if (!spec.policies.empty()) out.push_back(detail::certificate_policies(spec.policies));
  if (spec.require_explicit_policy) {
    out.push_back(detail::policy_constraints(*spec.require_explicit_policy));
  }
  const auto& publication = spec.publication;
  if (!publication.crl_urls.empty()) {
    out.push_back(detail::crl_distribution_points(publication.crl_urls));
  }
  if (!publication.ocsp_urls.empty() || !publication.issuer_urls.empty()) {
    out.push_back(detail::authority_information(publication.ocsp_urls, publication.issuer_urls));
  }
  if (spec.must_staple) out.push_back(detail::must_staple());
  if (spec.profile.ocsp_no_check) out.push_back(detail::ocsp_no_check());
  for (const auto& extension : spec.extra) {
    out.push_back(detail::raw(extension.oid, extension.critical, extension.der));
  }
  return out;
}

bool add_extensions(X509* certificate, const std::vector<detail::ExtensionPtr>& extensions) {
  for (const auto& extension : extensions) {
    if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1) return false;
  }
  return true;
}

bool sign(X509* certificate, EVP_PKEY* key, const SignatureOptions& options) {
  const auto context = signing_context(key, options);
  return context && X509_sign_ctx(certificate, context->get()) != 0;
}

using BitStringPtr = tls::OpensslPtr<ASN1_BIT_STRING, ASN1_BIT_STRING_free>;
using ExtendedKeyUsagePtr = tls::OpensslPtr<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free>;

/// OpenSSL's short name, or the dotted identifier of an object it has no name for.
std::string object_text(const ASN1_OBJECT* object) {
  const int nid = OBJ_obj2nid(object);
  if (nid != NID_undef) return OBJ_nid2sn(nid);
  std::array<char, 128> text{};
  OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object, 1);
  return text.data();
}

/// Certificates without an end say 9999-12-31 (RFC 5280 section 4.1.2.5); WallTime ends in 2262, so
/// it stops before.
WallTime from_asn1(const ASN1_TIME* time) {
  constexpr int last_year = 2261;
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return WallTime{};
  parts.tm_year = std::min(parts.tm_year, last_year - 1900);
  return std::chrono::system_clock::from_time_t(timegm(&parts));
}

}  // namespace

Result<Period> cut_to_issuer(const Period& period, const X509* issuer) {
  const auto end = std::min(period.not_after, period_of(issuer).not_after);
  if (end >= period.not_before) return Period{period.not_before, end};
  return usage_problem(
      fmt::format("nothing would be valid: the issuer \"{}\" ends on {}, before {}",
                  name_text(X509_get_subject_name(issuer)), time_text(end),
                  time_text(period.not_before)),
      {}, "let the issuer live longer");
}

Result<tls::CertificatePtr> issue(const CertificateSpec& spec, EVP_PKEY* subject_key,
                                  const Issuer& issuer, const IssueOptions& options) {
  const bool self_signed = issuer.certificate == nullptr;
  EVP_PKEY* signer = self_signed ? subject_key : issuer.key;
  auto period = self_signed || options.may_outlive_issuer
                    ? Result<Period>(spec.period)
                    : cut_to_issuer(spec.period, issuer.certificate);
  if (!period) return period.error();

  tls::CertificatePtr certificate(X509_new());
  auto subject = detail::make_name(spec.subject);
  if (!subject) return issue_problem(spec);
  const X509_NAME* issuer_name =
      self_signed ? subject.get() : X509_get_subject_name(issuer.certificate);
  Bytes own_key_id;
  const bool filled = X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
                      (spec.serial ? detail::set_serial(certificate.get(), *spec.serial)
                                   : detail::set_random_serial(certificate.get())) &&
                      detail::set_period(certificate.get(), *period) &&
                      X509_set_subject_name(certificate.get(), subject.get()) == 1 &&
                      X509_set_issuer_name(certificate.get(), issuer_name) == 1 &&
                      set_public_key(certificate.get(), subject_key, own_key_id);
  if (!filled) return issue_problem(spec);

  const auto issuer_key_id = self_signed ? own_key_id : key_id(issuer.certificate);
  if (issuer_key_id.empty()) {
    return environment_problem(fmt::format("the issuer \"{}\" has no subject key identifier",
                                           name_text(X509_get_subject_name(issuer.certificate))),
                               {}, "issue it again with handfast pki apply");
  }
  const bool can_encipher = EVP_PKEY_is_a(subject_key, "RSA") == 1;
  if (!add_extensions(certificate.get(),
                      extensions_of(spec, can_encipher, own_key_id, issuer_key_id)) ||
      (options.before_signing && !options.before_signing(certificate.get())) ||
      !sign(certificate.get(), signer, spec.signature)) {
    return issue_problem(spec);
  }
  return certificate;
}

Period period_of(const X509* certificate) {
  return {from_asn1(X509_get0_notBefore(certificate)), from_asn1(X509_get0_notAfter(certificate))};
}

std::string serial_hex(const X509* certificate) {
  const ASN1_INTEGER* serial = X509_get0_serialNumber(certificate);
  std::string digits = to_hex({serial->data, static_cast<std::size_t>(serial->length)});
  return (serial->type & V_ASN1_NEG) != 0 ? "-" + digits : digits;
}

std::string fingerprint(const X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  X509_digest(certificate, EVP_sha256(), digest.data(), &size);
  return to_hex({digest.data(), size});
}

std::string name_text(const X509_NAME* name) {
  tls::BioPtr out(BIO_new(BIO_s_mem()));
  constexpr unsigned long flags =
      XN_FLAG_ONELINE & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
  if (X509_NAME_print_ex(out.get(), name, 0, flags) < 0) return "?";
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

Bytes key_id(const X509* certificate) {
  // X509_get0_subject_key_id fills a cache inside the object, hence the const_cast; OpenSSL locks
  // it.
  const auto* id = X509_get0_subject_key_id(const_cast<X509*>(certificate));
  if (id == nullptr) return {};
  const auto* data = ASN1_STRING_get0_data(id);
  return {data, data + ASN1_STRING_length(id)};
}

std::string certificate_pem(const X509* certificate) {
  tls::BioPtr out(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(out.get(), certificate) != 1) return {};
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

Usages usages_of(const X509* certificate) {
  Usages out;
  const BitStringPtr bits(static_cast<ASN1_BIT_STRING*>(
      X509_get_ext_d2i(certificate, NID_key_usage, nullptr, nullptr)));
  for (int bit = 0; bits && bit <= static_cast<int>(KeyUsage::decipher_only); ++bit) {
    if (ASN1_BIT_STRING_get_bit(bits.get(), bit) == 1) out.key.add(static_cast<KeyUsage>(bit));
  }
  const ExtendedKeyUsagePtr extended(static_cast<EXTENDED_KEY_USAGE*>(
      X509_get_ext_d2i(certificate, NID_ext_key_usage, nullptr, nullptr)));
  for (int i = 0; extended && i < sk_ASN1_OBJECT_num(extended.get()); ++i) {
    out.add_extended(object_text(sk_ASN1_OBJECT_value(extended.get(), i)));
  }
  return out;
}

bool is_self_issued(const X509* certificate) {
  return X509_NAME_cmp(X509_get_subject_name(certificate), X509_get_issuer_name(certificate)) == 0;
}

bool belongs_to(const X509* certificate, const EVP_PKEY* key) {
  const EVP_PKEY* own = X509_get0_pubkey(certificate);
  return own != nullptr && key != nullptr && EVP_PKEY_eq(own, key) == 1;
}

}  // namespace handfast::pki
