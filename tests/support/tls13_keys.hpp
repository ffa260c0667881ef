// The key schedule of TLS 1.3 from traffic secrets down, and its record protection: a test oracle
// that shares nothing with core/tls/native. It goes through EVP_KDF, which native does not.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/tls/openssl.hpp"

namespace handfast::test {

/// What the three suites differ in.
struct Tls13Suite {
  std::uint16_t id = 0;
  const EVP_MD* digest = nullptr;
  const EVP_CIPHER* cipher = nullptr;
  std::size_t key_bytes = 0;
};
/// Throws std::runtime_error for a suite that OpenSSL 3.0 does not have.
const Tls13Suite& tls13_suite(std::uint16_t id);

Bytes digest_of(const EVP_MD* digest, ByteView bytes);
Bytes hmac(const EVP_MD* digest, ByteView key, ByteView bytes);
/// HKDF-Expand-Label with an empty context (RFC 8446 section 7.1).
Bytes expand_label(const EVP_MD* digest, ByteView secret, std::string_view label, std::size_t size);

/// One direction of a connection under one traffic secret (RFC 8446 sections 5.2, 5.3 and 7.3).
class Tls13Keys {
 public:
  /// `records`: how many their owner has sent already.
  Tls13Keys(const Tls13Suite& suite, Bytes secret, std::uint64_t records = 0);

  /// A record with `content` and its true type behind it.
  Bytes seal_as(std::uint8_t type, ByteView content);
  /// A whole TLSCiphertext: header, `inner` (content, type, zeros) encrypted, tag. `header` is what
  /// stands in front, and is authenticated, whatever it says.
  Bytes seal(ByteView inner, std::uint16_t version = 0x0303, std::uint8_t outer_type = 23);
  /// TLSInnerPlaintext of one record with its header; nullopt, and no number used up, when the tag
  /// is wrong.
  std::optional<Bytes> open(ByteView record);

  /// verify_data of a Finished under this secret (RFC 8446 section 4.4.4).
  Bytes finished(ByteView transcript) const;
  /// The keys after a KeyUpdate (RFC 8446 section 7.2).
  Tls13Keys next() const;

  std::uint64_t records() const { return records_; }

 private:
  Bytes nonce() const;

  const Tls13Suite* suite_;
  Bytes secret_, key_, iv_;
  std::uint64_t records_;
};

/// What a server's key log says of the last connection, by label:
/// "SERVER_HANDSHAKE_TRAFFIC_SECRET".
class KeyLog {
 public:
  KeyLog() = default;
  KeyLog(const KeyLog&) = delete;
  KeyLog& operator=(const KeyLog&) = delete;

  /// Makes all connections of `context` write here; must outlive them.
  void listen(SSL_CTX* context);
  void note(std::string_view line);
  void clear() { secrets_.clear(); }
  /// Empty when there is none.
  const Bytes& secret(const std::string& label) const;

 private:
  std::map<std::string, Bytes> secrets_;
};

}  // namespace handfast::test
