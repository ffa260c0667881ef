// Digest, HMAC and HKDF on contexts that one engine keeps: libcrypto spends more on fetching and
// allocating than on hashing 100 bytes.
#pragma once

#include <array>
#include <initializer_list>
#include <span>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/tls/native/registry.hpp"
#include "core/tls/openssl.hpp"

namespace handfast::tls::native {

using DigestPtr = OpensslPtr<EVP_MD, EVP_MD_free>;

/// A hash value, or a secret of the key schedule, which has the same length.
struct Secret {
  static constexpr std::size_t capacity = 48;
  std::array<std::uint8_t, capacity> bytes{};
  std::uint8_t size = 0;

  ByteView view() const { return {bytes.data(), size}; }
};

/// True for equal bytes, in time that does not depend on them.
bool equal_secrets(ByteView a, ByteView b);

/// One digest for one engine. Running hashes of connections live in their own contexts.
class Hasher {
 public:
  explicit Hasher(HashId id);

  std::size_t size() const { return size_; }
  const EVP_MD* digest() const { return digest_.get(); }

  /// Makes `context` the hash of nothing yet.
  void begin(EVP_MD_CTX* context) const;
  /// The hash of what went into `running` so far, which can go on.
  Secret peek(const EVP_MD_CTX* running);
  /// The hash as if `more` had gone in too.
  Secret peek(const EVP_MD_CTX* running, ByteView more);
  Secret hash(ByteView data);

  /// The key of mac() and expand() from here on (RFC 2104).
  void key(ByteView secret);
  Secret mac(std::initializer_list<ByteView> data);
  /// HKDF-Expand-Label with the key as secret (RFC 8446 section 7.1); `out` takes at most size()
  /// bytes, so that one block of HKDF-Expand is enough.
  void expand(std::string_view label, ByteView context, std::span<std::uint8_t> out);
  Secret expand(std::string_view label, ByteView context);
  /// HKDF-Extract (RFC 5869 section 2.2).
  Secret extract(ByteView salt, ByteView input);

  /// Transcript-Hash("").
  const Secret& of_nothing() const { return of_nothing_; }
  /// HKDF-Extract(0, 0): the early secret without a pre-shared key.
  const Secret& early_without_psk() const { return early_without_psk_; }
  /// Derive-Secret(early_without_psk(), "derived", "").
  const Secret& derived_without_psk() const { return derived_without_psk_; }

 private:
  static DigestContextPtr context() { return DigestContextPtr(EVP_MD_CTX_new()); }

  DigestPtr digest_;
  std::size_t size_;
  std::size_t block_;
  DigestContextPtr fresh_ = context();
  DigestContextPtr inner_ = context();  ///< after the key, before the data
  DigestContextPtr outer_ = context();
  DigestContextPtr work_ = context();
  Secret of_nothing_;
  Secret early_without_psk_;
  Secret derived_without_psk_;
};

/// Transcript-Hash (RFC 8446 section 4.4.1) of one connection.
class Transcript {
 public:
  /// The hash is known from ServerHello or HelloRetryRequest on.
  void begin(Hasher& hasher);
  void add(ByteView message) { EVP_DigestUpdate(running_.get(), message.data(), message.size()); }
  Secret hash() const { return hasher_->peek(running_.get()); }
  /// The hash as if `more` had been added.
  Secret hash_with(ByteView more) const { return hasher_->peek(running_.get(), more); }
  /// What stands for the first ClientHello after a HelloRetryRequest.
  void replace_by_message_hash();
  bool begun() const { return hasher_ != nullptr; }
  void reset() { hasher_ = nullptr; }

 private:
  Hasher* hasher_ = nullptr;
  DigestContextPtr running_{EVP_MD_CTX_new()};
};

}  // namespace handfast::tls::native
