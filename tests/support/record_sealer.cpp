#include "tests/support/record_sealer.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <string>

namespace handfast::test {
namespace {

constexpr std::size_t key_bytes = 16;
constexpr std::size_t iv_bytes = 12;
constexpr std::size_t tag_bytes = 16;

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};

void require(bool ok) {
  if (!ok) throw std::runtime_error("libcrypto refuses to seal a record");
}

/// HKDF-Expand-Label with an empty context (RFC 8446 §7.1).
Bytes expand_label(ByteView secret, const std::string& label, std::size_t size) {
  const std::string full = "tls13 " + label;
  Bytes info{0, static_cast<std::uint8_t>(size), static_cast<std::uint8_t>(full.size())};
  info.insert(info.end(), full.begin(), full.end());
  info.push_back(0);
  const std::unique_ptr<EVP_KDF, Freed<EVP_KDF_free>> kdf(
      EVP_KDF_fetch(nullptr, OSSL_KDF_NAME_HKDF, nullptr));
  const std::unique_ptr<EVP_KDF_CTX, Freed<EVP_KDF_CTX_free>> context(EVP_KDF_CTX_new(kdf.get()));
  int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
  std::string digest = "SHA256";
  Bytes owned(secret.begin(), secret.end());
  const std::array parameters{
      OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), digest.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, owned.data(), owned.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info.data(), info.size()),
      OSSL_PARAM_construct_end()};
  Bytes out(size);
  require(EVP_KDF_derive(context.get(), out.data(), out.size(), parameters.data()) == 1);
  return out;
}

}  // namespace

RecordSealer::RecordSealer(ByteView secret, std::uint64_t sequence)
    : key_(expand_label(secret, "key", key_bytes)),
      iv_(expand_label(secret, "iv", iv_bytes)),
      sequence_(sequence) {}

Bytes RecordSealer::seal(std::uint8_t type, ByteView content) {
  Bytes nonce = iv_;
  for (std::size_t i = 0; i < 8; ++i) {
    nonce[iv_bytes - 1 - i] ^= static_cast<std::uint8_t>(sequence_ >> (8 * i));
  }
  ++sequence_;
  Bytes inner(content.begin(), content.end());
  inner.push_back(type);
  const std::size_t size = inner.size() + tag_bytes;
  Bytes record{0x17, 3, 3, static_cast<std::uint8_t>(size >> 8), static_cast<std::uint8_t>(size)};
  const Bytes header = record;
  record.resize(header.size() + size);

  const std::unique_ptr<EVP_CIPHER_CTX, Freed<EVP_CIPHER_CTX_free>> cipher(EVP_CIPHER_CTX_new());
  int done = 0;
  std::uint8_t* out = record.data() + header.size();
  require(EVP_EncryptInit_ex2(cipher.get(), EVP_aes_128_gcm(), key_.data(), nonce.data(),
                              nullptr) == 1);
  require(EVP_EncryptUpdate(cipher.get(), nullptr, &done, header.data(),
                            static_cast<int>(header.size())) == 1);
  require(EVP_EncryptUpdate(cipher.get(), out, &done, inner.data(),
                            static_cast<int>(inner.size())) == 1);
  require(EVP_EncryptFinal_ex(cipher.get(), out + done, &done) == 1);
  require(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(tag_bytes),
                              out + inner.size()) == 1);
  return record;
}

}  // namespace handfast::test
