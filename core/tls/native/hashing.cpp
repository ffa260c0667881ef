#include "core/tls/native/hashing.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <cassert>

#include "core/tls/native/wire.hpp"

namespace handfast::tls::native {

namespace {

constexpr std::size_t max_block = 128;  // SHA-384

}  // namespace

bool equal_secrets(ByteView a, ByteView b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

Hasher::Hasher(HashId id)
    : digest_(EVP_MD_fetch(nullptr, id == HashId::sha256 ? "SHA256" : "SHA384", nullptr)),
      size_(static_cast<std::size_t>(EVP_MD_get_size(digest_.get()))),
      block_(static_cast<std::size_t>(EVP_MD_get_block_size(digest_.get()))) {
  EVP_DigestInit_ex2(fresh_.get(), digest_.get(), nullptr);
  of_nothing_ = hash({});
  const Secret zero{.size = static_cast<std::uint8_t>(size_)};
  early_without_psk_ = extract({}, zero.view());
  key(early_without_psk_.view());
  derived_without_psk_ = expand("derived", of_nothing_.view());
}

void Hasher::begin(EVP_MD_CTX* context) const { EVP_MD_CTX_copy_ex(context, fresh_.get()); }

Secret Hasher::peek(const EVP_MD_CTX* running) { return peek(running, {}); }

Secret Hasher::peek(const EVP_MD_CTX* running, ByteView more) {
  Secret out{.size = static_cast<std::uint8_t>(size_)};
  EVP_MD_CTX_copy_ex(work_.get(), running);
  if (!more.empty()) EVP_DigestUpdate(work_.get(), more.data(), more.size());
  EVP_DigestFinal_ex(work_.get(), out.bytes.data(), nullptr);
  return out;
}

Secret Hasher::hash(ByteView data) {
  Secret out{.size = static_cast<std::uint8_t>(size_)};
  begin(work_.get());
  EVP_DigestUpdate(work_.get(), data.data(), data.size());
  EVP_DigestFinal_ex(work_.get(), out.bytes.data(), nullptr);
  return out;
}

void Hasher::key(ByteView secret) {
  Secret hashed;
  if (secret.size() > block_) {  // RFC 2104 section 2; an external PSK can be as long as 512 bytes
    hashed = hash(secret);
    secret = hashed.view();
  }
  std::array<std::uint8_t, max_block> pad{};
  const auto load = [&](EVP_MD_CTX* context, std::uint8_t with) {
    std::fill_n(pad.begin(), block_, with);
    for (std::size_t i = 0; i < secret.size(); ++i) {
      pad[i] = static_cast<std::uint8_t>(pad[i] ^ secret[i]);
    }
    begin(context);
    EVP_DigestUpdate(context, pad.data(), block_);
  };
  load(inner_.get(), 0x36);
  load(outer_.get(), 0x5c);
  OPENSSL_cleanse(pad.data(), pad.size());
}

Secret Hasher::mac(std::initializer_list<ByteView> data) {
  Secret out{.size = static_cast<std::uint8_t>(size_)};
  EVP_MD_CTX_copy_ex(work_.get(), inner_.get());
  for (const auto part : data) EVP_DigestUpdate(work_.get(), part.data(), part.size());
  EVP_DigestFinal_ex(work_.get(), out.bytes.data(), nullptr);
  EVP_MD_CTX_copy_ex(work_.get(), outer_.get());
  EVP_DigestUpdate(work_.get(), out.bytes.data(), size_);
  EVP_DigestFinal_ex(work_.get(), out.bytes.data(), nullptr);
  return out;
}

/// HkdfLabel: uint16 length, opaque label<7..255> = "tls13 " + label, opaque context<0..255>; then
/// the block number 1 of HKDF-Expand.
void Hasher::expand(std::string_view label, ByteView context, std::span<std::uint8_t> out) {
  assert(out.size() <= size_);
  static constexpr std::string_view prefix = "tls13 ";
  std::array<std::uint8_t, 2 + 1 + 32 + 1> head{};
  std::size_t at = 0;
  head[at++] = 0;
  head[at++] = static_cast<std::uint8_t>(out.size());
  head[at++] = static_cast<std::uint8_t>(prefix.size() + label.size());
  for (const auto text : {prefix, label}) {
    at = static_cast<std::size_t>(std::ranges::copy(text, head.begin() + at).out - head.begin());
  }
  head[at++] = static_cast<std::uint8_t>(context.size());
  static constexpr std::array<std::uint8_t, 1> first_block{1};
  const Secret block = mac({ByteView(head).first(at), context, first_block});
  std::copy_n(block.bytes.begin(), out.size(), out.begin());
}

Secret Hasher::expand(std::string_view label, ByteView context) {
  Secret out{.size = static_cast<std::uint8_t>(size_)};
  expand(label, context, std::span(out.bytes).first(size_));
  return out;
}

Secret Hasher::extract(ByteView salt, ByteView input) {
  key(salt);
  return mac({input});
}

void Transcript::begin(Hasher& hasher) {
  hasher_ = &hasher;
  hasher.begin(running_.get());
}

void Transcript::replace_by_message_hash() {
  const Secret first = hash();
  const std::array<std::uint8_t, handshake_header_bytes> header{
      static_cast<std::uint8_t>(HandshakeType::message_hash), 0, 0, first.size};
  begin(*hasher_);
  add(header);
  add(first.view());
}

}  // namespace handfast::tls::native
