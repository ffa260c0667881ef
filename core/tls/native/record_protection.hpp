// Record protection (RFC 8446 section 5.2): per connection a secret and a counter, and a key and an
// iv while records flow; the cipher contexts belong to the engine and are keyed anew for each
// record, which costs 0.3 us.
//
//     struct { ContentType opaque_type = 23; ProtocolVersion = 0x0303; uint16 length;
//              opaque encrypted_record[length]; } TLSCiphertext;      content, type, zeros, tag
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "core/tls/native/hashing.hpp"
#include "core/tls/native/refusal.hpp"

namespace handfast::tls::native {

using CipherPtr = OpensslPtr<EVP_CIPHER, EVP_CIPHER_free>;
using CipherContextPtr = OpensslPtr<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;

enum class ContentType : std::uint8_t {
  change_cipher_spec = 20,
  alert = 21,
  handshake = 22,
  application_data = 23,
};

inline constexpr std::size_t record_header_bytes = 5;
inline constexpr std::size_t max_plain_bytes = std::size_t{1} << 14;    ///< 5.1
inline constexpr std::size_t max_cipher_bytes = max_plain_bytes + 256;  ///< 5.2
inline constexpr std::size_t tag_bytes = 16;

/// What follows from a traffic secret (RFC 8446 section 7.3).
struct RecordKey {
  std::array<std::uint8_t, 12> iv{};
  std::array<std::uint8_t, 32> key{};
};

/// One direction of one connection.
struct TrafficKeys {
  Secret secret;                 ///< the traffic secret, for KeyUpdate and Finished
  std::uint8_t suite_index = 0;  ///< in suites()
  std::uint64_t sequence = 0;
  std::unique_ptr<RecordKey> at_hand;  ///< null in an idle connection

  const Suite& suite() const { return suites()[suite_index]; }
};

/// Those of a traffic secret, at hand; the sequence begins anew.
TrafficKeys traffic_keys(Hasher& hasher, const Suite& suite, const Secret& secret);
/// The next generation (RFC 8446 section 7.2).
TrafficKeys next_keys(Hasher& hasher, const TrafficKeys& keys);
/// Derives key and iv again if they were let go.
void take_in_hand(Hasher& hasher, TrafficKeys& keys);

/// A record's content; `bytes` are the caller's scratch.
struct Opened {
  ContentType type{};
  ByteView bytes;
};

/// Appends a record without protection (RFC 8446 section 5.1); `plain` fits into one.
void put_plain_record(ContentType type, std::uint16_t version, ByteView plain, Bytes& wire);

class RecordProtection {
 public:
  /// False when libcrypto lacks a cipher.
  bool usable() const;

  // Keys must be at hand.

  /// Appends one record; `plain` has at most max_plain_bytes. False when libcrypto fails.
  /// `padding` is the number of zeros behind the content (RFC 8446 section 5.4).
  bool seal(TrafficKeys& keys, ContentType type, ByteView plain, Bytes& wire,
            std::size_t padding = 0);
  /// `scratch` takes max_cipher_bytes.
  Checked<Opened> open(TrafficKeys& keys, ByteView header, ByteView body,
                       std::span<std::uint8_t> scratch);

 private:
  struct Aead {
    CipherPtr cipher;
    CipherContextPtr seal, open;
  };
  static Aead make(const Suite& suite);

  std::array<Aead, suite_count> aeads_{make(suites()[0]), make(suites()[1]), make(suites()[2])};
};

}  // namespace handfast::tls::native
