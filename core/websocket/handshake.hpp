// The opening handshake of RFC 6455 §4 as text: what the client sends, what the server must answer,
// and both parsers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/incremental.hpp"
#include "core/base/problem.hpp"

namespace handfast::websocket {

/// Field name and value, in the order of the message.
using Headers = std::vector<std::pair<std::string, std::string>>;

/// The value of the first field called `name` (case-insensitive, RFC 9110 §5.1); nullptr when
/// absent.
const std::string* find_header(const Headers& headers, std::string_view name);

/// A request or response head above this many bytes is an error.
inline constexpr std::size_t max_head_bytes = std::size_t{16} * 1024;

/// What the client asks for.
struct UpgradeRequest {
  std::string host{};                    ///< Host field: "broker.example:8084"
  std::string path = "/mqtt";            ///< request target
  std::array<std::uint8_t, 16> nonce{};  ///< random bytes behind Sec-WebSocket-Key
  std::string protocol = "mqtt";         ///< Sec-WebSocket-Protocol [MQTT-6.0.0-3]; empty: not sent
  std::string origin{};                  ///< Origin; empty: not sent
  Headers extra{};                       ///< further fields as they are
};

/// The value of Sec-WebSocket-Key: base64 of the nonce (RFC 6455 §4.1 item 7).
std::string websocket_key(const std::array<std::uint8_t, 16>& nonce);

/// The value of Sec-WebSocket-Accept that answers `key` (RFC 6455 §4.2.2 item 5.4): base64 of the
/// SHA-1 of the key and a fixed GUID.
std::string websocket_accept(std::string_view key);

/// The request's bytes as text. Usage problem when a field holds a control character (a CR LF would
/// smuggle a header) or the path does not begin with "/" or holds a space.
Result<std::string> render_request(const UpgradeRequest& request);

/// Why an opening handshake failed: what the peer sent, so evidence and not a handfast::Problem.
struct HandshakeError {
  std::string clause{};  ///< "RFC 6455 §4.1"
  std::string expected{};
  std::string seen{};
  std::optional<int> http_status{};  ///< when a status line was read: 401, 404, ...
  Headers headers{};                 ///< when they were read

  /// `expected status 101, saw 404 Not Found (RFC 6455 §4.1)`.
  std::string text() const;
};

struct UpgradeResponse {
  int status = 101;
  std::string reason{};    ///< "Switching Protocols"
  std::string protocol{};  ///< Sec-WebSocket-Protocol as echoed; empty when absent
  Headers headers{};
  std::size_t consumed = 0;  ///< bytes of the head; frames may follow at once
};

/// Parses the server's answer to `request` at the start of `received` (all bytes so far). Checks,
/// in order: head within max_head_bytes, status 101, Upgrade, Connection, Sec-WebSocket-Accept, no
/// extensions, subprotocol as offered [MQTT-6.0.0-4].
Incremental<UpgradeResponse, HandshakeError> parse_response(ByteView received,
                                                            const UpgradeRequest& request);

/// What a server needs of a client's request.
struct ReceivedRequest {
  std::string path{};
  std::string key{};                     ///< Sec-WebSocket-Key
  std::vector<std::string> protocols{};  ///< offered, in the client's order of preference
  Headers headers{};
  std::size_t consumed = 0;
};

/// Parses a client's request at the start of `received` (RFC 6455 §4.2.1), for servers in tests.
Incremental<ReceivedRequest, HandshakeError> parse_request(ByteView received);

/// The 101 answer to `request`; `protocol` empty: no Sec-WebSocket-Protocol field.
std::string render_response(const ReceivedRequest& request, std::string_view protocol = "mqtt");

}  // namespace handfast::websocket
