// Writes encrypted TLS 1.3 records that no TLS library would send, under the keys of a real
// connection: TLS_AES_128_GCM_SHA256 alone.
#pragma once

#include <cstdint>

#include "core/base/bytes.hpp"

namespace handfast::test {

class RecordSealer {
 public:
  /// `secret` is a traffic secret as key logs name it (32 bytes); `sequence` counts the records
  /// that its owner has sent under it.
  RecordSealer(ByteView secret, std::uint64_t sequence);

  /// One record with `content` and the true content type behind it (RFC 8446 §5.2):
  ///
  ///     | 17 03 03 | length | sealed: content, type | tag |
  Bytes seal(std::uint8_t type, ByteView content);

 private:
  Bytes key_;
  Bytes iv_;
  std::uint64_t sequence_;
};

}  // namespace handfast::test
