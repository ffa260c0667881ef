#include "tests/support/tls13_keys.hpp"

#include <openssl/core_names.h>
#include <openssl/kdf.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "tests/support/hex.hpp"

namespace handfast::test {

namespace {

using KdfPtr = tls::OpensslPtr<EVP_KDF, EVP_KDF_free>;
using KdfContextPtr = tls::OpensslPtr<EVP_KDF_CTX, EVP_KDF_CTX_free>;
using CipherContextPtr = tls::OpensslPtr<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;

constexpr std::size_t tag_bytes = 16;
constexpr std::size_t header_bytes = 5;

void require(bool ok, const char* what) {
  if (!ok) throw std::runtime_error(std::string(what) + ": " + tls::drain_errors());
}

}  // namespace

const Tls13Suite& tls13_suite(std::uint16_t id) {
  static const std::array suites{
      Tls13Suite{0x1301, EVP_sha256(), EVP_aes_128_gcm(), 16},
      Tls13Suite{0x1302, EVP_sha384(), EVP_aes_256_gcm(), 32},
      Tls13Suite{0x1303, EVP_sha256(), EVP_chacha20_poly1305(), 32},
  };
  const auto* found = std::ranges::find(suites, id, &Tls13Suite::id);
  if (found == suites.end()) throw std::runtime_error("no suite " + std::to_string(id));
  return *found;
}

Bytes digest_of(const EVP_MD* digest, ByteView bytes) {
  Bytes value(static_cast<std::size_t>(EVP_MD_get_size(digest)));
  require(EVP_Digest(bytes.data(), bytes.size(), value.data(), nullptr, digest, nullptr) == 1,
          "digest");
  return value;
}

Bytes hmac(const EVP_MD* digest, ByteView key, ByteView bytes) {
  Bytes value(static_cast<std::size_t>(EVP_MD_get_size(digest)));
  std::size_t size = 0;
  require(
      EVP_Q_mac(nullptr, "HMAC", nullptr, EVP_MD_get0_name(digest), nullptr, key.data(), key.size(),
                bytes.data(), bytes.size(), value.data(), value.size(), &size) != nullptr,
      "HMAC");
  return value;
}

Bytes expand_label(const EVP_MD* digest, ByteView secret, std::string_view label,
                   std::size_t size) {
  Bytes info;
  ByteWriter writer(info);
  writer.u16(static_cast<std::uint16_t>(size));
  writer.u8(static_cast<std::uint8_t>(label.size() + 6));
  writer.bytes(as_bytes("tls13 "));
  writer.bytes(as_bytes(label));
  writer.u8(0);
  static const KdfPtr kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr));
  const KdfContextPtr context(EVP_KDF_CTX_new(kdf.get()));
  int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
  auto* name = const_cast<char*>(EVP_MD_get0_name(digest));
  auto* key = const_cast<std::uint8_t*>(secret.data());
  const std::array params{
      OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, name, 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, key, secret.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info.data(), info.size()),
      OSSL_PARAM_construct_end()};
  Bytes value(size);
  require(EVP_KDF_derive(context.get(), value.data(), size, params.data()) == 1, "HKDF");
  return value;
}

Tls13Keys::Tls13Keys(const Tls13Suite& suite, Bytes secret, std::uint64_t records)
    : suite_(&suite),
      secret_(std::move(secret)),
      key_(expand_label(suite.digest, secret_, "key", suite.key_bytes)),
      iv_(expand_label(suite.digest, secret_, "iv", 12)),
      records_(records) {}

Bytes Tls13Keys::seal_as(std::uint8_t type, ByteView content) {
  Bytes inner(content.begin(), content.end());
  inner.push_back(type);
  return seal(inner);
}

Bytes Tls13Keys::nonce() const {
  Bytes nonce = iv_;
  for (std::size_t i = 0; i < 8; ++i) {
    nonce[nonce.size() - 1 - i] ^= static_cast<std::uint8_t>(records_ >> (8 * i));
  }
  return nonce;
}

Bytes Tls13Keys::seal(ByteView inner, std::uint16_t version, std::uint8_t outer_type) {
  Bytes record;
  ByteWriter writer(record);
  writer.u8(outer_type);
  writer.u16(version);
  writer.u16(static_cast<std::uint16_t>(inner.size() + tag_bytes));
  const CipherContextPtr context(EVP_CIPHER_CTX_new());
  int size = 0;
  require(EVP_EncryptInit_ex(context.get(), suite_->cipher, nullptr, key_.data(), nonce().data()) ==
                  1 &&
              EVP_EncryptUpdate(context.get(), nullptr, &size, record.data(), header_bytes) == 1,
          "seal");
  record.resize(header_bytes + inner.size() + tag_bytes);
  auto* out = record.data() + header_bytes;
  require(EVP_EncryptUpdate(context.get(), out, &size, inner.data(),
                            static_cast<int>(inner.size())) == 1 &&
              EVP_EncryptFinal_ex(context.get(), out + size, &size) == 1 &&
              EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, tag_bytes,
                                  out + inner.size()) == 1,
          "seal");
  ++records_;
  return record;
}

std::optional<Bytes> Tls13Keys::open(ByteView record) {
  if (record.size() < header_bytes + tag_bytes) return std::nullopt;
  const auto body = record.subspan(header_bytes, record.size() - header_bytes - tag_bytes);
  Bytes tag(record.end() - tag_bytes, record.end());
  const CipherContextPtr context(EVP_CIPHER_CTX_new());
  int size = 0;
  Bytes inner(body.size() + tag_bytes);
  const bool fine =
      EVP_DecryptInit_ex(context.get(), suite_->cipher, nullptr, key_.data(), nonce().data()) ==
          1 &&
      EVP_DecryptUpdate(context.get(), nullptr, &size, record.data(), header_bytes) == 1 &&
      EVP_DecryptUpdate(context.get(), inner.data(), &size, body.data(),
                        static_cast<int>(body.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, tag_bytes, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(context.get(), inner.data() + body.size(), &size) == 1;
  if (!fine) return std::nullopt;
  inner.resize(body.size());
  ++records_;
  return inner;
}

Bytes Tls13Keys::finished(ByteView transcript) const {
  const auto size = static_cast<std::size_t>(EVP_MD_get_size(suite_->digest));
  return hmac(suite_->digest, expand_label(suite_->digest, secret_, "finished", size),
              digest_of(suite_->digest, transcript));
}

Tls13Keys Tls13Keys::next() const {
  const auto size = static_cast<std::size_t>(EVP_MD_get_size(suite_->digest));
  return {*suite_, expand_label(suite_->digest, secret_, "traffic upd", size)};
}

void KeyLog::listen(SSL_CTX* context) {
  SSL_CTX_set_app_data(context, this);
  SSL_CTX_set_keylog_callback(context, [](const SSL* ssl, const char* line) {
    static_cast<KeyLog*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)))->note(line);
  });
}

void KeyLog::note(std::string_view line) {
  const auto label_end = line.find(' ');
  const auto random_end = line.find(' ', label_end + 1);
  std::string secret(line.substr(random_end + 1));
  std::ranges::transform(secret, secret.begin(), [](char c) {
    return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  secrets_[std::string(line.substr(0, label_end))] = hex(secret);
}

const Bytes& KeyLog::secret(const std::string& label) const {
  static const Bytes none;
  const auto found = secrets_.find(label);
  return found == secrets_.end() ? none : found->second;
}

}  // namespace handfast::test
