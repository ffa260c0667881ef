#include "tests/support/mint.hpp"

#include <openssl/pem.h>

#include <stdexcept>

namespace handfast::test {

namespace {

void require(bool ok, const char* what) {
  if (!ok) throw std::runtime_error(std::string(what) + ": " + tls::drain_errors());
}

void add_extension(X509* certificate, X509V3_CTX* context, int nid, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, context, nid, value.c_str());
  require(extension != nullptr, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

tls::PkeyPtr make_key(const std::string& kind) {
  if (kind == "RSA") return tls::PkeyPtr(EVP_RSA_gen(2048));
  if (kind == "Ed25519") return tls::PkeyPtr(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  return tls::PkeyPtr(EVP_EC_gen(kind.c_str()));
}

std::string take_text(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace

Minted mint(const MintOptions& options, const Minted* issuer) {
  static long serial = 1;
  Minted made{tls::CertificatePtr(X509_new()), make_key(options.key)};
  auto* certificate = made.certificate.get();
  require(made.key != nullptr, "key");
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
  X509_gmtime_adj(X509_getm_notBefore(certificate), options.not_before_s);
  X509_gmtime_adj(X509_getm_notAfter(certificate), options.not_after_s);
  X509_set_pubkey(certificate, made.key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(options.name.c_str()), -1, -1,
                             0);
  X509* signer = issuer != nullptr ? issuer->certificate.get() : certificate;
  X509_set_issuer_name(certificate, X509_get_subject_name(signer));

  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, signer, certificate, nullptr, nullptr, 0);
  add_extension(certificate, &context, NID_basic_constraints,
                options.ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
  const std::string usage =
      options.ca ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature";
  add_extension(certificate, &context, NID_key_usage,
                options.key_usage.empty() ? usage : options.key_usage);
  add_extension(certificate, &context, NID_subject_key_identifier, "hash");
  add_extension(certificate, &context, NID_authority_key_identifier, "keyid:always");
  if (!options.san.empty()) add_extension(certificate, &context, NID_subject_alt_name, options.san);
  if (!options.extended_usage.empty())
    add_extension(certificate, &context, NID_ext_key_usage, options.extended_usage);
  if (options.comment_bytes > 0)
    add_extension(certificate, &context, NID_netscape_comment,
                  std::string(options.comment_bytes, 'x'));
  EVP_PKEY* signing = issuer != nullptr ? issuer->key.get() : made.key.get();
  const bool own_digest = EVP_PKEY_is_a(signing, "ED25519") == 1;
  require(X509_sign(certificate, signing, own_digest ? nullptr : EVP_sha256()) > 0, "sign");
  return made;
}

std::string to_pem(const X509* certificate) {
  tls::BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), certificate);
  return take_text(bio.get());
}

std::string to_pem(EVP_PKEY* key) {
  tls::BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return take_text(bio.get());
}

TestPki::TestPki()
    : root(mint({.name = "test root", .ca = true})),
      intermediate(mint({.name = "test intermediate", .ca = true}, &root)),
      server(mint({.name = "localhost",
                   .san = "DNS:localhost,IP:127.0.0.1,IP:::1",
                   .extended_usage = "serverAuth"},
                  &intermediate)),
      client(mint({.name = "client", .extended_usage = "clientAuth"}, &intermediate)),
      rogue_root(mint({.name = "rogue root", .ca = true})),
      stranger(mint({.name = "stranger", .extended_usage = "clientAuth"}, &rogue_root)) {}

std::string TestPki::server_chain_pem() const {
  return to_pem(server.certificate.get()) + to_pem(intermediate.certificate.get());
}

tls::Trust TestPki::trust() const {
  return tls::Trust::from_pem(trust_pem(), "test trust").value();
}

tls::Identity TestPki::client_identity() const {
  return tls::Identity::from_pem(
             to_pem(client.certificate.get()) + to_pem(intermediate.certificate.get()),
             to_pem(client.key.get()), "test client")
      .value();
}

tls::Identity TestPki::server_identity() const {
  return tls::Identity::from_pem(server_chain_pem(), to_pem(server.key.get()), "test server")
      .value();
}

const TestPki& test_pki() {
  static const TestPki pki;
  return pki;
}

}  // namespace handfast::test
