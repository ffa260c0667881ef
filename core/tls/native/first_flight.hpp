// What a server says first and in clear, read leniently: whatever arrived, well-formed or not, is
// told as it is. Enough for everything that is decided by the answer to a ClientHello: ServerHello,
// HelloRetryRequest or an alert, in TLS 1.2 the rest of the flight too.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/tls/alert.hpp"
#include "core/tls/native/client_hello.hpp"

namespace handfast::tls::native {

/// ServerHello of any version (RFC 8446 section 4.1.3, RFC 5246 section 7.4.1.3).
struct ClearServerHello {
  std::uint16_t legacy_version = 0;
  HelloRandom random{};
  Bytes session_id;
  std::uint16_t cipher_suite = 0;
  std::uint8_t compression_method = 0;
  std::vector<RawExtension> extensions;

  bool retry() const;             ///< its random says that it is a HelloRetryRequest
  std::uint16_t version() const;  ///< that it chooses: supported_versions, or legacy_version
  /// Of key_share, in a ServerHello or HelloRetryRequest; 0 without one.
  std::uint16_t group() const;
  /// Version that the last bytes of random admit to have chosen below the best (RFC 8446 section
  /// 4.1.3): 0x0303, 0x0302 for 1.1 or less; 0: no mark.
  std::uint16_t downgrade_mark() const;
  const RawExtension* find(std::uint16_t type) const;  ///< nullptr when it is not there
};

struct FirstFlight {
  std::optional<ClearServerHello> server_hello;
  std::optional<Alert> alert;  ///< the first fatal one, or the last warning
  /// Handshake messages in clear in their order: type and size with header.
  std::vector<std::pair<std::uint8_t, std::size_t>> messages;
  std::size_t records = 0;
  std::size_t largest_record_bytes = 0;  ///< content
  /// The bytes are no TLS: why, and how they begin. Empty while they may be.
  std::string trouble;

  /// Nothing further can come in clear that anybody waits for: fatal alert or close_notify,
  /// HelloRetryRequest, ServerHello of TLS 1.3, ServerHelloDone, or bytes that are no TLS.
  bool complete() const;
};

FirstFlight read_first_flight(ByteView bytes);

}  // namespace handfast::tls::native
