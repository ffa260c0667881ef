// WebSocket over HTTP/2 (RFC 8441), as little of it as shows whether it works: one stream, opened
// by extended CONNECT, with CONNECT and CONNACK of MQTT in it.
#pragma once

#include "harness/check/websocket/conversation.hpp"

namespace handfast::check::wss {

struct OverHttp2 {
  bool announced = false;  ///< SETTINGS_ENABLE_CONNECT_PROTOCOL (RFC 8441 section 3)
  bool served = false;     ///< CONNACK 0 came back
  bool ended = false;      ///< the peer reset the stream, or said GOAWAY
};

/// On a connection whose ALPN selected h2 and on which nothing was sent yet.
OverHttp2 connect_over_http2(Conversation& talk);

/// One frame of HTTP/2 (RFC 9113 section 4.1).
struct Http2Frame {
  std::uint8_t type = 0;
  std::uint8_t flags = 0;
  std::uint32_t stream = 0;
  Bytes payload{};
};
Bytes to_wire(const Http2Frame& frame);
/// Takes the frame at the start of `inbox` off; nullopt while it is not whole.
std::optional<Http2Frame> take_http2_frame(Bytes& inbox);

}  // namespace handfast::check::wss
