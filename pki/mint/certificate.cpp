#include "pki/mint/certificate.hpp"

#include <fmt/format.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "pki/mint/detail/extensions.hpp"
#include "pki/mint/detail/naming.hpp"

namespace handfast::pki {

namespace {

Problem issue_problem(const CertificateRequest& request) {
  return tls::openssl_problem(
      ProblemKind::internal,
      fmt::format("cannot issue the certificate \"{}\"", to_string(request.subject)));
}

bool set_public_key(X509* certificate, EVP_PKEY* key, Bytes& own_key_id) {
  if (X509_set_pubkey(certificate, key) != 1) return false;
  const ASN1_BIT_STRING* bits = X509_get0_pubkey_bitstr(certificate);
  own_key_id = detail::key_id_of({bits->data, static_cast<std::size_t>(bits->length)});
  return true;
}

bool add_extensions(X509* certificate, const CertificateRequest& request, bool rsa,
                    const Bytes& own_key_id, const Bytes& issuer_key_id) {
  std::vector<detail::ExtensionPtr> extensions;
  const bool ca = request.profile == Profile::ca;
  extensions.push_back(detail::basic_constraints(ca, request.path_length));
  extensions.push_back(detail::key_usage(request.profile, rsa));
  if (!ca) extensions.push_back(detail::extended_key_usage(request.profile));
  extensions.push_back(detail::authority_key_id(issuer_key_id));
  extensions.push_back(detail::subject_key_id(own_key_id));
  if (!request.names.empty()) extensions.push_back(detail::alt_names(request.names));
  for (const auto& extension : extensions) {
    if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1) return false;
  }
  return true;
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

Result<tls::CertificatePtr> issue(const CertificateRequest& request, EVP_PKEY* subject_key,
                                  const Issuer& issuer) {
  const bool self_signed = issuer.certificate == nullptr;
  EVP_PKEY* signer = self_signed ? subject_key : issuer.key;
  auto period = self_signed ? Result<Period>(request.period)
                            : cut_to_issuer(request.period, issuer.certificate);
  if (!period) return period.error();

  tls::CertificatePtr certificate(X509_new());
  auto subject = detail::make_name(request.subject);
  if (!subject) return issue_problem(request);
  const X509_NAME* issuer_name =
      self_signed ? subject.get() : X509_get_subject_name(issuer.certificate);
  Bytes own_key_id;
  const bool filled = X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
                      detail::set_random_serial(certificate.get()) &&
                      detail::set_period(certificate.get(), *period) &&
                      X509_set_subject_name(certificate.get(), subject.get()) == 1 &&
                      X509_set_issuer_name(certificate.get(), issuer_name) == 1 &&
                      set_public_key(certificate.get(), subject_key, own_key_id);
  if (!filled) return issue_problem(request);

  const auto issuer_key_id = self_signed ? own_key_id : key_id(issuer.certificate);
  if (issuer_key_id.empty()) {
    return environment_problem(fmt::format("the issuer \"{}\" has no subject key identifier",
                                           name_text(X509_get_subject_name(issuer.certificate))),
                               {}, "issue it again with handfast pki apply");
  }
  const bool rsa = EVP_PKEY_is_a(subject_key, "RSA") == 1;
  if (!add_extensions(certificate.get(), request, rsa, own_key_id, issuer_key_id) ||
      X509_sign(certificate.get(), signer, detail::digest_for(signer)) == 0) {
    return issue_problem(request);
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

bool belongs_to(const X509* certificate, const EVP_PKEY* key) {
  const EVP_PKEY* own = X509_get0_pubkey(certificate);
  return own != nullptr && key != nullptr && EVP_PKEY_eq(own, key) == 1;
}

}  // namespace handfast::pki
