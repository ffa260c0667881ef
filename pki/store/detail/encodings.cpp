#include "pki/store/detail/encodings.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/pem.h>

#include <cstdlib>
#include <cstring>

#include "core/base/file.hpp"
#include "core/tls/identity.hpp"
#include "pki/formats/encode.hpp"
#include "pki/formats/secret.hpp"
#include "pki/mint/key.hpp"
#include "pki/store/detail/target.hpp"

namespace handfast::pki::detail {

namespace {

std::string take_text(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

int give_passphrase(char* buffer, int size, int /*writing*/, void* data) {
  const auto& passphrase = *static_cast<const std::string*>(data);
  if (passphrase.size() > static_cast<std::size_t>(size)) return -1;
  std::memcpy(buffer, passphrase.data(), passphrase.size());
  return static_cast<int>(passphrase.size());
}

void wipe(std::string& text) { OPENSSL_cleanse(text.data(), text.size()); }

}  // namespace

Result<std::string> passphrase_from(const std::string& source) {
  if (source.starts_with("env:")) {
    const char* value = std::getenv(source.c_str() + 4);
    if (value != nullptr) return std::string(value);
    return environment_problem(fmt::format("the passphrase is not there: {} is not set", source),
                               {}, fmt::format("export {}=...", source.substr(4)));
  }
  auto text = read_file(source.substr(source.find(':') + 1));
  if (!text) return text.error();
  auto line = text->substr(0, text->find_first_of("\r\n"));
  wipe(*text);
  return line;
}

bool is_locked(std::string_view pem) {
  return pem.find("-----BEGIN ENCRYPTED PRIVATE KEY-----") != std::string_view::npos ||
         pem.find("Proc-Type: 4,ENCRYPTED") != std::string_view::npos;
}

Result<tls::PkeyPtr> unlock_key(std::string_view pem, const std::string& where,
                                const std::string& password) {
  if (!is_locked(pem)) return tls::parse_private_key(pem, where);
  if (password.empty()) {
    return environment_problem("the private key is encrypted", where,
                               "say in the manifest where its passphrase is: "
                               "password: env:NAME or file:PATH");
  }
  auto passphrase = passphrase_from(password);
  if (!passphrase) return passphrase.error();
  const tls::BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  tls::PkeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, give_passphrase, &*passphrase));
  wipe(*passphrase);
  tls::drain_errors();
  if (key) return key;
  return environment_problem(
      fmt::format("the passphrase from {} does not open the private key", password), where);
}

Result<std::string> key_text(const EVP_PKEY* key, const std::string& password) {
  if (password.empty()) return private_key_pem(key);
  auto passphrase = passphrase_from(password);
  if (!passphrase) return passphrase.error();
  if (passphrase->size() < 4) {
    // OpenSSL would not read it back (PEM_def_callback's lower bound).
    return environment_problem(fmt::format("the passphrase from {} is too short", password), {},
                               "four characters or more");
  }
  const tls::BioPtr out(BIO_new(BIO_s_secmem()));
  const int made =
      PEM_write_bio_PKCS8PrivateKey(out.get(), key, EVP_aes_256_cbc(), passphrase->data(),
                                    static_cast<int>(passphrase->size()), nullptr, nullptr);
  wipe(*passphrase);
  if (made != 1) {
    return tls::openssl_problem(ProblemKind::internal, "cannot encrypt a private key");
  }
  return take_text(out.get());
}

std::string public_key_digest(const EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  if (size <= 0) return {};
  auto digest = digest_text({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
  OPENSSL_free(der);
  return digest;
}

Result<std::string> pkcs12_of(const std::string& name, const std::vector<X509*>& chain,
                              EVP_PKEY* key, const std::string& password) {
  auto text = passphrase_from(password);
  if (!text) return text.error();
  const auto passphrase = Secret::take(*text);
  auto store = encode_pkcs12({.chain = chain, .key = key, .name = name}, passphrase, name);
  if (!store) return store.error();
  return std::string(store->text());
}

std::string certificate_block(std::string_view der) {
  const tls::BioPtr out(BIO_new(BIO_s_mem()));
  PEM_write_bio(out.get(), PEM_STRING_X509, "", reinterpret_cast<const unsigned char*>(der.data()),
                static_cast<long>(der.size()));
  return take_text(out.get());
}

}  // namespace handfast::pki::detail
