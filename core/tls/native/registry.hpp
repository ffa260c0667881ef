// What this client speaks, with the numbers and names of the registries (RFC 8446 appendix B.3.1.3,
// B.3.1.4, B.4) and what libcrypto calls it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace handfast::tls::native {

enum class HashId : std::uint8_t { sha256, sha384 };

struct Suite {
  std::uint16_t number;
  std::string_view name;  ///< "TLS_AES_128_GCM_SHA256"
  const char* cipher;     ///< libcrypto's
  std::uint8_t key_bytes;
  HashId hash;
  std::uint8_t index;  ///< in suites()
  /// Full-size records that one key may protect before it must be updated (RFC 8446 section 5.5).
  std::uint64_t record_limit;
};

struct Group {
  std::uint16_t number;
  std::string_view name;  ///< as reports spell it: "secp256r1"
  std::string_view alias, alias2;
  const char* key_type;  ///< "EC", "X25519"
  const char* curve;     ///< of an EC group, else null
  std::uint8_t share_bytes;
  std::uint8_t secret_bytes;
  std::uint8_t index;  ///< in groups()
};

struct Scheme {
  std::uint16_t number;
  std::string_view name;  ///< "ecdsa_secp256r1_sha256"
  const char* key_type;   ///< "EC", "RSA", "RSA-PSS", "ED25519"
  const char* digest;     ///< null: the algorithm hashes by itself
  const char* curve;      ///< that the key must be on; null: any
  bool in_handshake;      ///< false: in certificates alone (RFC 8446 section 4.2.3)
};

inline constexpr std::size_t suite_count = 3;
inline constexpr std::size_t group_count = 5;
inline constexpr std::size_t max_share_bytes = 133;  ///< secp521r1, uncompressed
inline constexpr std::size_t max_shared_bytes = 66;

/// In the order in which they are offered unless the settings say otherwise.
std::span<const Suite> suites();
std::span<const Group> groups();
std::span<const Scheme> schemes();

/// Null for what is not there.
const Suite* find_suite(std::uint16_t number);
const Suite* find_suite(std::string_view name);
const Group* find_group(std::uint16_t number);
const Group* find_group(std::string_view name);  ///< any of its names, in any case
const Scheme* find_scheme(std::uint16_t number);
const Scheme* find_scheme(std::string_view name);

}  // namespace handfast::tls::native
