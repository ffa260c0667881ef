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
