// Records of TLS 1.2 with AES-128-GCM (RFC 5246 section 6.2, RFC 5288) under the keys of a
// handshake that libssl did: what comes behind it can then be something that libssl does not send.
//
//     content type | 03 03 | length | explicit nonce (8) | ciphertext | tag (16)
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/base/bytes.hpp"
#include "core/tls/openssl.hpp"

namespace handfast::probe {

struct Tls12Record {
  std::uint8_t type = 0;
  Bytes content;
};

class Tls12Records {
 public:
  /// The client's side, behind its first Finished. nullopt unless `ssl` is done with a TLS 1.2
  /// handshake and agreed on AES-128-GCM with SHA-256.
  static std::optional<Tls12Records> after(SSL* ssl);

  /// One record; `content` has at most 2^14 bytes.
  Bytes seal(std::uint8_t type, ByteView content);
  /// Takes the first record off `wire`. nullopt when it is not all there, or is not under our keys.
  std::optional<Tls12Record> open(Bytes& wire);

 private:
  struct Side {
    std::array<std::uint8_t, 16> key{};
    std::array<std::uint8_t, 4> salt{};
    std::uint64_t sequence = 1;  ///< Finished had 0
  };
  Side client_, server_;
};

}  // namespace handfast::probe
