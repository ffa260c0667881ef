#include "tests/unit/export/fixture.hpp"

#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#include "tests/support/catch.hpp"

namespace handfast::test {

namespace {

std::string contents(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace

broker::ExportRequest export_request(const std::string& target, broker::ClientAuth clients) {
  const auto& pki = test_pki();
  broker::ExportRequest request{
      .target = target, .listeners = broker::usual_listeners(clients), .folder = "/srv/lab/export"};
  const auto intermediate = to_pem(pki.intermediate.certificate.get());
  request.server = {.chain_pem = pki.server_chain_pem(),
                    .key_pem = to_pem(pki.server.key.get()),
                    .trust_pem = intermediate + pki.trust_pem(),
                    .keystore_p12 = "key store",
                    .truststore_p12 = "trust store",
                    .store_password = "chang&eit"};
  request.client = {.chain_pem = to_pem(pki.client.certificate.get()) + intermediate,
                    .key_pem = to_pem(pki.client.key.get())};
  return request;
}

std::string content_of(const std::vector<broker::ExportedFile>& files, const std::string& path) {
  for (const auto& file : files) {
    if (file.path == path) return file.content;
  }
  FAIL("no file " << path);
  return {};
}

std::string exported(const broker::ExportRequest& request, const std::string& path) {
  const auto files = broker::export_files(request);
  INFO((files ? std::string() : files.error().text()));
  REQUIRE(files);
  return content_of(*files, path);
}

std::string refusal(const broker::ExportRequest& request) {
  const auto files = broker::export_files(request);
  REQUIRE_FALSE(files);
  return files.error().text();
}

std::string pkcs12(const Minted& leaf, const std::string& password) {
  PKCS12* store = PKCS12_create(password.c_str(), "test", leaf.key.get(), leaf.certificate.get(),
                                nullptr, 0, 0, 0, 0, 0);
  REQUIRE(store != nullptr);
  const tls::BioPtr bio(BIO_new(BIO_s_mem()));
  i2d_PKCS12_bio(bio.get(), store);
  PKCS12_free(store);
  return contents(bio.get());
}

std::string empty_crl(const Minted& issuer) {
  using CrlPtr = tls::OpensslPtr<X509_CRL, X509_CRL_free>;
  const CrlPtr list(X509_CRL_new());
  X509_CRL_set_version(list.get(), X509_CRL_VERSION_2);
  X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(issuer.certificate.get()));
  X509_CRL_set1_lastUpdate(list.get(), X509_get0_notBefore(issuer.certificate.get()));
  X509_CRL_set1_nextUpdate(list.get(), X509_get0_notAfter(issuer.certificate.get()));
  REQUIRE(X509_CRL_sign(list.get(), issuer.key.get(), EVP_sha256()) > 0);
  const tls::BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509_CRL(bio.get(), list.get());
  return contents(bio.get());
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace handfast::test
