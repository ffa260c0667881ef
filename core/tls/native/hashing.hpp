// Digest, HMAC and HKDF without an allocation: libcrypto's EVP layer spends more on fetching,
// allocating and copying than on hashing 100 bytes, and a handshake takes two dozen HMACs.
#pragma once

#include <array>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>

#include <openssl/sha.h>

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

/// A hash on its way, which is copied like a value: an EVP_MD_CTX allocates for each copy, and an
/// HMAC begins with two. libcrypto's SHA256_Init(3) family, deprecated in favour of EVP, runs the
/// same code underneath; hashing.cpp alone calls it.
class RunningHash {
 public:
  /// Of nothing yet.
  explicit RunningHash(HashId id);

  void add(ByteView data);
  /// Writes the hash to `out`, which takes its size. Nothing may be added any more.
  void finish(std::uint8_t* out);

 private:
  HashId id_;
  union {
    SHA256_CTX sha256;
    SHA512_CTX sha384;
  } state_;
};

/// One digest for one engine. Running hashes of connections are their own.
class Hasher {
 public:
  explicit Hasher(HashId id);

  std::size_t size() const { return size_; }

  /// The hash of nothing yet.
  RunningHash fresh() const { return RunningHash(id_); }
  /// The hash of what went into `running` so far, as if `more` had gone in too.
  Secret peek(RunningHash running, ByteView more = {}) const;
  Secret hash(ByteView data) const { return peek(fresh(), data); }

  /// The key of mac() and expand() from here on (RFC 2104). The same again costs nothing: most
  /// secrets derive several others.
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
  HashId id_;
  std::size_t size_;
  std::size_t block_;
  RunningHash inner_{id_};  ///< after the key, before the data
  RunningHash outer_{id_};
  std::optional<Secret> keyed_;  ///< the key, unless it is too long for a secret
  Secret of_nothing_;
  Secret early_without_psk_;
  Secret derived_without_psk_;
};

/// Transcript-Hash (RFC 8446 section 4.4.1) of one connection.
class Transcript {
 public:
  /// The hash is known from ServerHello or HelloRetryRequest on.
  void begin(Hasher& hasher);
  void add(ByteView message) { running_.add(message); }
  Secret hash() const { return hasher_->peek(running_); }
  /// The hash as if `more` had been added.
  Secret hash_with(ByteView more) const { return hasher_->peek(running_, more); }
  /// What stands for the first ClientHello after a HelloRetryRequest.
  void replace_by_message_hash();
  bool begun() const { return hasher_ != nullptr; }
  void reset() { hasher_ = nullptr; }

 private:
  Hasher* hasher_ = nullptr;
  RunningHash running_{HashId::sha256};
};

}  // namespace handfast::tls::native
