#include "tests/support/revocation_lab.hpp"

#include <openssl/pem.h>

#include <stdexcept>

namespace handfast::test {

namespace {

void require(bool ok, const char* what) {
  if (!ok) throw std::runtime_error(std::string(what) + ": " + tls::drain_errors());
}

void add(X509* certificate, X509V3_CTX* context, int nid, const std::string& value) {
  X509_EXTENSION* made = X509V3_EXT_conf_nid(nullptr, context, nid, value.c_str());
  require(made != nullptr, value.c_str());
  X509_add_ext(certificate, made, -1);
  X509_EXTENSION_free(made);
}

EVP_PKEY* new_key(const std::string& type) {
  if (type == "RSA") return EVP_RSA_gen(2048);
  if (type.empty()) return EVP_EC_gen("P-256");
  return EVP_PKEY_Q_keygen(nullptr, nullptr, type.c_str());
}

std::string taken(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace

LabCertificate make_lab_certificate(const LabOptions& options, const LabCertificate* issuer) {
  static long next_serial = 0x1000;
  LabCertificate made{tls::CertificatePtr(X509_new()), tls::PkeyPtr(new_key(options.extra_key))};
  auto* certificate = made.certificate.get();
  require(made.key != nullptr, "key");
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate),
                   options.serial != 0 ? options.serial : next_serial++);
  ASN1_TIME_set_string(X509_getm_notBefore(certificate), "200101000000Z");
  ASN1_TIME_set_string(X509_getm_notAfter(certificate), "491231235959Z");
  X509_set_pubkey(certificate, made.key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(options.name.c_str()), -1, -1,
                             0);
  X509* signer = issuer != nullptr ? issuer->certificate.get() : certificate;
  X509_set_issuer_name(certificate, X509_get_subject_name(signer));
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, signer, certificate, nullptr, nullptr, 0);
  add(certificate, &context, NID_basic_constraints,
      options.ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
  add(certificate, &context, NID_key_usage,
      options.ca ? "critical,keyCertSign,cRLSign,digitalSignature" : "critical,digitalSignature");
  add(certificate, &context, NID_subject_key_identifier, "hash");
  add(certificate, &context, NID_authority_key_identifier, "keyid:always");
  if (options.ocsp_signing) add(certificate, &context, NID_ext_key_usage, "OCSPSigning");
  if (options.ocsp_nocheck) add(certificate, &context, NID_id_pkix_OCSP_noCheck, "NULL");
  if (!options.ocsp_url.empty())
    add(certificate, &context, NID_info_access, "OCSP;URI:" + options.ocsp_url);
  if (!options.san.empty()) add(certificate, &context, NID_subject_alt_name, options.san);
  if (!options.crl_url.empty())
    add(certificate, &context, NID_crl_distribution_points, "URI:" + options.crl_url);
  auto* key = issuer != nullptr ? issuer->key.get() : made.key.get();
  const auto* digest = EVP_PKEY_is_a(key, "ED25519") == 1 ? nullptr : EVP_sha256();
  require(X509_sign(certificate, key, digest) > 0, "sign");
  return made;
}

RevocationLab::RevocationLab()
    : root(make_lab_certificate({.name = "lab root", .ca = true}, nullptr)),
      other_root(make_lab_certificate({.name = "other root", .ca = true}, nullptr)),
      good(make_lab_certificate({.name = "good", .crl_url = lab_crl_url}, &root)),
      revoked(make_lab_certificate({.name = "revoked"}, &root)),
      held(make_lab_certificate({.name = "held"}, &root)),
      unknown(make_lab_certificate({.name = "unknown"}, &root)),
      delegate(make_lab_certificate(
          {.name = "ocsp signer", .ocsp_signing = true, .ocsp_nocheck = true}, &root)),
      delegate_without_purpose(make_lab_certificate({.name = "no ocsp signer"}, &root)) {}

std::vector<pki::RevokedEntry> RevocationLab::entries(WallTime now) const {
  const auto since = std::chrono::floor<std::chrono::seconds>(now - std::chrono::hours(24));
  return {
      {pki::serial_of(revoked.certificate.get()), since, pki::RevocationReason::key_compromise, {}},
      {pki::serial_of(held.certificate.get()), since, pki::RevocationReason::certificate_hold, {}}};
}

pki::StatusSource RevocationLab::status(WallTime now) const {
  return pki::source_of(
      pki::StatusTable(entries(now), std::vector<Bytes>{pki::serial_of(good.certificate.get()),
                                                        pki::serial_of(revoked.certificate.get()),
                                                        pki::serial_of(held.certificate.get())}));
}

pki::OcspResponder RevocationLab::responder(WallTime now, bool delegated,
                                            const pki::OcspOptions& options) const {
  const auto& signer = delegated ? delegate : root;
  std::vector<pki::OcspAuthority> authorities;
  authorities.push_back({tls::up_ref(root.certificate.get()),
                         {tls::up_ref(signer.certificate.get()), tls::up_ref(signer.key.get()), {}},
                         status(now)});
  return pki::OcspResponder::make(std::move(authorities), options).value();
}

const RevocationLab& revocation_lab() {
  static const RevocationLab lab;
  return lab;
}

std::string pem_of(const X509* certificate) {
  tls::BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), certificate);
  return taken(bio.get());
}

std::string pem_of(EVP_PKEY* key) {
  tls::BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return taken(bio.get());
}

std::string text_of(ByteView bytes) { return std::string(as_text(bytes)); }

}  // namespace handfast::test
