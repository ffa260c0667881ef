#include "tests/unit/pki_formats/lab.hpp"

#include <openssl/conf.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "pki/formats/encode.hpp"
#include "pki/mint/certificate.hpp"

namespace handfast::pki::test {

namespace {

using namespace std::chrono_literals;
using ConfPtr = tls::OpensslPtr<CONF, NCONF_free>;
using ExtensionPtr = tls::OpensslPtr<X509_EXTENSION, X509_EXTENSION_free>;

/// Sections that extension values may refer to.
constexpr const char* sections =
    "[policy]\npolicyIdentifier=1.3.5.8\nCPS.1=http://lab.test/cps\n"
    "[idp]\nfullname=URI:http://lab.test/second.crl\nonlyuser=TRUE\n";

void must(bool holds) {
  if (!holds) throw std::runtime_error("lab: " + tls::drain_errors());
}

ConfPtr configuration() {
  ConfPtr conf(NCONF_new(nullptr));
  const tls::BioPtr text(BIO_new_mem_buf(sections, -1));
  long line = 0;
  must(NCONF_load_bio(conf.get(), text.get(), &line) == 1);
  return conf;
}

ExtensionPtr make_extension(X509V3_CTX& context, CONF* conf,
                            const std::pair<std::string, std::string>& words) {
  ExtensionPtr out(X509V3_EXT_nconf(conf, &context, words.first.c_str(), words.second.c_str()));
  must(out != nullptr);
  return out;
}

long seconds(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

std::string content(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

void set_name(X509_NAME* name, const std::string& common_name) {
  must(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                  reinterpret_cast<const unsigned char*>(common_name.data()),
                                  static_cast<int>(common_name.size()), -1, 0) == 1);
}

const EVP_MD* digest_for(EVP_PKEY* key) {
  return EVP_PKEY_is_a(key, "ED25519") == 1 ? nullptr : EVP_sha256();
}

long next_serial() {
  static long serial = 4096;
  return ++serial;
}

}  // namespace

std::string Pair::pem() const { return certificate_pem(certificate.get()); }
std::string Pair::key_pem() const { return private_key_pem(key.get()).value(); }

tls::CertificatePtr certify_key(EVP_PKEY* key, const std::string& name,
                                const Extensions& extensions, X509* issuer, EVP_PKEY* issuer_key) {
  tls::CertificatePtr out(X509_new());
  X509* signer = issuer == nullptr ? out.get() : issuer;
  must(X509_set_version(out.get(), X509_VERSION_3) == 1);
  must(ASN1_INTEGER_set(X509_get_serialNumber(out.get()), next_serial()) == 1);
  ASN1_TIME_set(X509_getm_notBefore(out.get()), seconds(noon - 1h));
  ASN1_TIME_set(X509_getm_notAfter(out.get()), seconds(noon + 24h * 30));
  set_name(X509_get_subject_name(out.get()), name);
  must(X509_set_issuer_name(out.get(), X509_get_subject_name(signer)) == 1);
  must(X509_set_pubkey(out.get(), key) == 1);
  const auto conf = configuration();
  X509V3_CTX context;
  X509V3_set_ctx(&context, signer, out.get(), nullptr, nullptr, 0);
  X509V3_set_nconf(&context, conf.get());
  for (const auto& words : extensions) {
    const auto extension = make_extension(context, conf.get(), words);
    must(X509_add_ext(out.get(), extension.get(), -1) == 1);
  }
  must(X509_sign(out.get(), issuer_key, digest_for(issuer_key)) != 0);
  return out;
}

Pair certify(const std::string& name, const Extensions& extensions, const Pair* issuer,
             KeyType type) {
  Pair out;
  out.key = make_key(type).value();
  out.certificate = certify_key(out.key.get(), name, extensions,
                                issuer == nullptr ? nullptr : issuer->certificate.get(),
                                issuer == nullptr ? out.key.get() : issuer->key.get());
  return out;
}

Pair authority(const std::string& name, const Pair* issuer) {
  Extensions extensions{{"basicConstraints", "critical,CA:TRUE"},
                        {"keyUsage", "critical,keyCertSign,cRLSign"},
                        {"subjectKeyIdentifier", "hash"}};
  if (issuer != nullptr) extensions.emplace_back("authorityKeyIdentifier", "keyid");
  return certify(name, extensions, issuer);
}

RequestPtr request(EVP_PKEY* key, const std::string& name, const Extensions& extensions) {
  RequestPtr out(X509_REQ_new());
  set_name(X509_REQ_get_subject_name(out.get()), name);
  must(X509_REQ_set_pubkey(out.get(), key) == 1);
  const auto conf = configuration();
  X509V3_CTX context;
  X509V3_set_ctx(&context, nullptr, nullptr, out.get(), nullptr, 0);
  X509V3_set_nconf(&context, conf.get());
  STACK_OF(X509_EXTENSION)* list = nullptr;
  for (const auto& words : extensions) {
    const auto extension = make_extension(context, conf.get(), words);
    must(X509v3_add_ext(&list, extension.get(), -1) != nullptr);
  }
  if (list != nullptr) must(X509_REQ_add_extensions(out.get(), list) == 1);
  sk_X509_EXTENSION_pop_free(list, X509_EXTENSION_free);
  must(X509_REQ_sign(out.get(), key, digest_for(key)) != 0);
  return out;
}

std::string request_text(const X509_REQ* request) {
  const tls::BioPtr out(BIO_new(BIO_s_mem()));
  must(PEM_write_bio_X509_REQ(out.get(), request) == 1);
  return content(out.get());
}

CrlPtr revocation_list(const Pair& issuer, const std::vector<Revoked>& revoked,
                       const Extensions& extensions) {
  using TimePtr = tls::OpensslPtr<ASN1_TIME, ASN1_TIME_free>;
  CrlPtr out(X509_CRL_new());
  const TimePtr from(ASN1_TIME_set(nullptr, seconds(noon)));
  const TimePtr to(ASN1_TIME_set(nullptr, seconds(noon + 24h * 7)));
  must(X509_CRL_set_version(out.get(), X509_CRL_VERSION_2) == 1);
  must(X509_CRL_set_issuer_name(out.get(), X509_get_subject_name(issuer.x509())) == 1);
  must(X509_CRL_set1_lastUpdate(out.get(), from.get()) == 1);
  must(X509_CRL_set1_nextUpdate(out.get(), to.get()) == 1);
  for (const auto& one : revoked) {
    X509_REVOKED* entry = X509_REVOKED_new();
    const tls::OpensslPtr<ASN1_INTEGER, ASN1_INTEGER_free> serial(ASN1_INTEGER_new());
    ASN1_INTEGER_set(serial.get(), one.serial);
    X509_REVOKED_set_serialNumber(entry, serial.get());
    X509_REVOKED_set_revocationDate(entry, from.get());
    if (one.reason >= 0) {
      const tls::OpensslPtr<ASN1_ENUMERATED, ASN1_ENUMERATED_free> reason(ASN1_ENUMERATED_new());
      ASN1_ENUMERATED_set(reason.get(), one.reason);
      X509_REVOKED_add1_ext_i2d(entry, NID_crl_reason, reason.get(), 0, 0);
    }
    must(X509_CRL_add0_revoked(out.get(), entry) == 1);
  }
  const auto conf = configuration();
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer.x509(), nullptr, nullptr, out.get(), 0);
  X509V3_set_nconf(&context, conf.get());
  for (const auto& words : extensions) {
    // OpenSSL has no configuration words for these two.
    if (words.first == "crlNumber" || words.first == "deltaCRL") {
      const tls::OpensslPtr<ASN1_INTEGER, ASN1_INTEGER_free> number(ASN1_INTEGER_new());
      ASN1_INTEGER_set(number.get(), std::stol(words.second));
      const bool delta = words.first == "deltaCRL";
      must(X509_CRL_add1_ext_i2d(out.get(), delta ? NID_delta_crl : NID_crl_number, number.get(),
                                 delta ? 1 : 0, 0) == 1);
      continue;
    }
    const auto extension = make_extension(context, conf.get(), words);
    must(X509_CRL_add_ext(out.get(), extension.get(), -1) == 1);
  }
  must(X509_CRL_sign(out.get(), issuer.key.get(), EVP_sha256()) != 0);
  return out;
}

OcspResponsePtr ocsp_answer(const Pair& issuer, const std::vector<std::pair<long, int>>& statuses) {
  using TimePtr = tls::OpensslPtr<ASN1_TIME, ASN1_TIME_free>;
  const tls::OpensslPtr<OCSP_BASICRESP, OCSP_BASICRESP_free> basic(OCSP_BASICRESP_new());
  const TimePtr now(ASN1_GENERALIZEDTIME_set(nullptr, seconds(noon)));
  const TimePtr next(ASN1_GENERALIZEDTIME_set(nullptr, seconds(noon + 24h)));
  for (const auto& [number, status] : statuses) {
    const tls::OpensslPtr<ASN1_INTEGER, ASN1_INTEGER_free> serial(ASN1_INTEGER_new());
    ASN1_INTEGER_set(serial.get(), number);
    const tls::OpensslPtr<OCSP_CERTID, OCSP_CERTID_free> id(
        OCSP_cert_id_new(EVP_sha1(), X509_get_subject_name(issuer.x509()),
                         X509_get0_pubkey_bitstr(issuer.x509()), serial.get()));
    const bool is_revoked = status == V_OCSP_CERTSTATUS_REVOKED;
    must(OCSP_basic_add1_status(
             basic.get(), id.get(), status, is_revoked ? OCSP_REVOKED_STATUS_KEYCOMPROMISE : 0,
             is_revoked ? now.get() : nullptr, now.get(), next.get()) != nullptr);
  }
  must(OCSP_basic_sign(basic.get(), issuer.x509(), issuer.key.get(), EVP_sha256(), nullptr, 0) ==
       1);
  return OcspResponsePtr(OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic.get()));
}

std::string traditional_encrypted(const EVP_PKEY* key, std::string_view passphrase) {
  const tls::BioPtr out(BIO_new(BIO_s_mem()));
  must(PEM_write_bio_PrivateKey_traditional(
           out.get(), key, EVP_aes_128_cbc(),
           reinterpret_cast<const unsigned char*>(passphrase.data()),
           static_cast<int>(passphrase.size()), nullptr, nullptr) == 1);
  return content(out.get());
}

std::string armour(const std::string& label, std::string_view der) {
  const tls::BioPtr out(BIO_new(BIO_s_mem()));
  must(PEM_write_bio(out.get(), label.c_str(), "",
                     reinterpret_cast<const unsigned char*>(der.data()),
                     static_cast<long>(der.size())) > 0);
  return content(out.get());
}

std::vector<InspectedFile> files_of(
    std::initializer_list<std::pair<std::string, std::string>> texts) {
  std::vector<InspectedFile> out;
  for (const auto& [name, text] : texts) {
    out.push_back(inspected(name, parse_credential_file(text, name).value()));
  }
  return out;
}

Folder::Folder() {
  std::string name = std::filesystem::temp_directory_path() / "handfast-formats-XXXXXX";
  path_ = ::mkdtemp(name.data());
}

Folder::~Folder() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

void Folder::write(const std::string& name, std::string_view text) const {
  std::ofstream(path_ / name, std::ios::binary | std::ios::trunc)
      .write(text.data(), static_cast<std::streamsize>(text.size()));
}

std::string Folder::read(const std::string& name) const {
  std::ifstream in(path_ / name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace handfast::pki::test
