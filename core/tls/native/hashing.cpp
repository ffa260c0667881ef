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

// Deprecated in OpenSSL 3.0 for its place in the library, not for what it computes.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

RunningHash::RunningHash(HashId id) : id_(id) {
  id == HashId::sha256 ? SHA256_Init(&state_.sha256) : SHA384_Init(&state_.sha384);
}

void RunningHash::add(ByteView data) {
  if (data.empty()) return;
  id_ == HashId::sha256 ? SHA256_Update(&state_.sha256, data.data(), data.size())
                        : SHA384_Update(&state_.sha384, data.data(), data.size());
}

void RunningHash::finish(std::uint8_t* out) {
  id_ == HashId::sha256 ? SHA256_Final(out, &state_.sha256) : SHA384_Final(out, &state_.sha384);
}

#pragma GCC diagnostic pop

Hasher::Hasher(HashId id)
    : id_(id),
      size_(id == HashId::sha256 ? SHA256_DIGEST_LENGTH : SHA384_DIGEST_LENGTH),
      block_(id == HashId::sha256 ? SHA256_CBLOCK : SHA512_CBLOCK) {
  of_nothing_ = hash({});
  const Secret zero{.size = static_cast<std::uint8_t>(size_)};
  early_without_psk_ = extract({}, zero.view());
  key(early_without_psk_.view());
  derived_without_psk_ = expand("derived", of_nothing_.view());
}

Secret Hasher::peek(RunningHash running, ByteView more) const {
  Secret out{.size = static_cast<std::uint8_t>(size_)};
  running.add(more);
  running.finish(out.bytes.data());
  return out;
}

void Hasher::key(ByteView secret) {
  if (keyed_ && equal_secrets(keyed_->view(), secret)) return;
  keyed_.reset();
  if (secret.size() <= Secret::capacity) {
    keyed_.emplace(Secret{.size = static_cast<std::uint8_t>(secret.size())});
    std::ranges::copy(secret, keyed_->bytes.begin());
  }
  Secret hashed;
  if (secret.size() > block_) {  // RFC 2104 section 2; an external PSK can be as long as 512 bytes
    hashed = hash(secret);
    secret = hashed.view();
  }
  std::array<std::uint8_t, max_block> pad{};
  const auto load = [&](RunningHash& to, std::uint8_t with) {
    std::fill_n(pad.begin(), block_, with);
    for (std::size_t i = 0; i < secret.size(); ++i) {
      pad[i] = static_cast<std::uint8_t>(pad[i] ^ secret[i]);
    }
    to = fresh();
    to.add(ByteView(pad).first(block_));
  };
  load(inner_, 0x36);
  load(outer_, 0x5c);
  OPENSSL_cleanse(pad.data(), pad.size());
}

Secret Hasher::mac(std::initializer_list<ByteView> data) {
  Secret out{.size = static_cast<std::uint8_t>(size_)};
  RunningHash inner = inner_;
  for (const auto part : data) inner.add(part);
  inner.finish(out.bytes.data());
  RunningHash outer = outer_;
  outer.add(out.view());
  outer.finish(out.bytes.data());
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
  running_ = hasher.fresh();
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
