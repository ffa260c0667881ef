#include "harness/probe/tls12_records.hpp"

#include <openssl/core_names.h>
#include <openssl/kdf.h>

#include <algorithm>
#include <string>

namespace handfast::probe {

namespace {

constexpr std::size_t header_bytes = 5;
constexpr std::size_t nonce_bytes = 8;
constexpr std::size_t tag_bytes = 16;

using KdfPtr = tls::OpensslPtr<EVP_KDF, EVP_KDF_free>;
using KdfContextPtr = tls::OpensslPtr<EVP_KDF_CTX, EVP_KDF_CTX_free>;
using CipherContextPtr = tls::OpensslPtr<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;

/// RFC 5246 section 6.3: PRF(master_secret, "key expansion", server_random + client_random).
bool expand_keys(SSL* ssl, Bytes& block) {
  Bytes secret(SSL_MAX_MASTER_KEY_LENGTH);
  secret.resize(SSL_SESSION_get_master_key(SSL_get0_session(ssl), secret.data(), secret.size()));
  Bytes seed = [] {
    const auto label = as_bytes("key expansion");
    return Bytes(label.begin(), label.end());
  }();
  Bytes random(SSL3_RANDOM_SIZE);
  SSL_get_server_random(ssl, random.data(), random.size());
  seed.insert(seed.end(), random.begin(), random.end());
  SSL_get_client_random(ssl, random.data(), random.size());
  seed.insert(seed.end(), random.begin(), random.end());

  const KdfPtr kdf(EVP_KDF_fetch(nullptr, "TLS1-PRF", nullptr));
  const KdfContextPtr context(EVP_KDF_CTX_new(kdf.get()));
  std::string digest = "SHA256";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SECRET, secret.data(), secret.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, seed.data(), seed.size()),
      OSSL_PARAM_construct_end()};
  return EVP_KDF_derive(context.get(), block.data(), block.size(), parameters) == 1;
}

Bytes additional_data(std::uint64_t sequence, std::uint8_t type, std::size_t plain_bytes) {
  Bytes out;
  ByteWriter writer(out);
  writer.u64(sequence);
  writer.u8(type);
  writer.u16(TLS1_2_VERSION);
  writer.u16(static_cast<std::uint16_t>(plain_bytes));
  return out;
}

/// AES-128-GCM; `text` becomes its counterpart, `tag` is made or compared.
bool apply(bool sealing, const std::uint8_t* key, ByteView nonce, ByteView additional, Bytes& text,
           std::uint8_t* tag) {
  const CipherContextPtr context(EVP_CIPHER_CTX_new());
  auto* c = context.get();
  int size = 0;
  const int text_bytes = static_cast<int>(text.size());
  if (EVP_CipherInit_ex(c, EVP_aes_128_gcm(), nullptr, key, nonce.data(), sealing ? 1 : 0) != 1 ||
      EVP_CipherUpdate(c, nullptr, &size, additional.data(), static_cast<int>(additional.size())) !=
          1 ||
      EVP_CipherUpdate(c, text.data(), &size, text.data(), text_bytes) != 1) {
    return false;
  }
  if (!sealing) EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, tag_bytes, tag);
  if (EVP_CipherFinal_ex(c, text.data() + text.size(), &size) != 1) return false;
  return !sealing || EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, tag_bytes, tag) == 1;
}

}  // namespace

std::optional<Tls12Records> Tls12Records::after(SSL* ssl) {
  const auto* cipher = SSL_get_current_cipher(ssl);
  if (SSL_version(ssl) != TLS1_2_VERSION || cipher == nullptr ||
      SSL_CIPHER_get_cipher_nid(cipher) != NID_aes_128_gcm) {
    return std::nullopt;
  }
  Tls12Records out;
  // client_write_key, server_write_key, client_write_IV, server_write_IV; AEAD has no MAC keys.
  Bytes block(2 * out.client_.key.size() + 2 * out.client_.salt.size());
  if (!expand_keys(ssl, block)) return std::nullopt;
  auto at = block.begin();
  const auto take = [&at](auto& into) {
    std::copy_n(at, into.size(), into.begin());
    at += static_cast<std::ptrdiff_t>(into.size());
  };
  take(out.client_.key);
  take(out.server_.key);
  take(out.client_.salt);
  take(out.server_.salt);
  return out;
}

Bytes Tls12Records::seal(std::uint8_t type, ByteView content) {
  Bytes text(content.begin(), content.end());
  const auto additional = additional_data(client_.sequence, type, text.size());
  Bytes nonce(client_.salt.begin(), client_.salt.end());
  ByteWriter(nonce).u64(client_.sequence);  // RFC 5288 section 3 suggests the sequence number
  std::array<std::uint8_t, tag_bytes> tag{};
  Bytes out;
  if (!apply(true, client_.key.data(), nonce, additional, text, tag.data())) return out;
  ByteWriter writer(out);
  writer.u8(type);
  writer.u16(TLS1_2_VERSION);
  writer.u16(static_cast<std::uint16_t>(nonce_bytes + text.size() + tag_bytes));
  writer.u64(client_.sequence++);
  out.insert(out.end(), text.begin(), text.end());
  out.insert(out.end(), tag.begin(), tag.end());
  return out;
}

std::optional<Tls12Record> Tls12Records::open(Bytes& wire) {
  ByteReader reader(wire);
  const auto type = reader.u8();
  const auto version = reader.u16();
  const auto size = reader.u16();
  if (!type || !version || !size || *size < nonce_bytes + tag_bytes) return std::nullopt;
  const auto body = reader.bytes(*size);
  if (!body) return std::nullopt;
  Bytes nonce(server_.salt.begin(), server_.salt.end());
  nonce.insert(nonce.end(), body->begin(), body->begin() + nonce_bytes);
  Tls12Record record{.type = *type, .content{body->begin() + nonce_bytes, body->end() - tag_bytes}};
  std::array<std::uint8_t, tag_bytes> tag{};
  std::copy_n(body->end() - tag_bytes, tag_bytes, tag.begin());
  const auto additional = additional_data(server_.sequence, *type, record.content.size());
  if (!apply(false, server_.key.data(), nonce, additional, record.content, tag.data())) {
    return std::nullopt;
  }
  ++server_.sequence;
  wire.erase(wire.begin(), wire.begin() + static_cast<std::ptrdiff_t>(header_bytes + *size));
  return record;
}

}  // namespace handfast::probe
