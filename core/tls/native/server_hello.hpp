// ServerHello and HelloRetryRequest (RFC 8446 sections 4.1.3 and 4.1.4), which share a form.
//
//     struct {
//         ProtocolVersion legacy_version = 0x0303;    Random random;
//         opaque legacy_session_id_echo<0..32>;       CipherSuite cipher_suite;
//         uint8 legacy_compression_method = 0;        Extension extensions<6..2^16-1>;
//     } ServerHello;
#pragma once

#include <optional>

#include "core/tls/native/client_hello.hpp"
#include "core/tls/native/registry.hpp"

namespace handfast::tls::native {

/// Random of a HelloRetryRequest: SHA-256 of that word (RFC 8446 section 4.1.3).
inline constexpr HelloRandom retry_random{
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};

struct ServerShare {
  std::uint16_t group = 0;
  ByteView key_exchange;
};

/// Views the message it was read from.
struct ServerHello {
  bool retry = false;  ///< a HelloRetryRequest
  const Suite* suite = nullptr;
  std::optional<ServerShare> key_share;            ///< ServerHello alone
  std::optional<std::uint16_t> selected_identity;  ///< ServerHello alone
  std::optional<std::uint16_t> selected_group;     ///< HelloRetryRequest alone
  std::optional<ByteView> cookie;                  ///< HelloRetryRequest alone

  Carrier carrier() const { return retry ? Carrier::hello_retry_request : Carrier::server_hello; }
};

/// Reads `body` as the answer to `hello`: all that can be judged without the state of the handshake
/// is.
Checked<ServerHello> read_server_hello(ByteView body, const ClientHello& hello,
                                       const OfferedExtensions& offered);

}  // namespace handfast::tls::native
