// Where a connection goes: transport, address, port. Shared by broker drivers, probe, load engine
// and scenarios.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"

namespace handfast {

enum class Transport { tcp, tls, ws, wss, dtls };

std::string_view to_string(Transport transport);
bool uses_tls(Transport transport);        ///< tls, wss, dtls
bool uses_websocket(Transport transport);  ///< ws, wss

/// A kind of listener by its stable name: tcp, tls, tls-two-way, ws, wss, wss-two-way, dtls,
/// dtls-two-way.
struct ListenerKind {
  Transport transport = Transport::tcp;
  bool two_way = false;  ///< the broker requires a client certificate

  bool operator==(const ListenerKind&) const = default;
};

std::string to_string(ListenerKind kind);
/// Usage problem with a suggestion for an unknown name.
Result<ListenerKind> parse_listener(std::string_view name);
const std::vector<std::string>& listener_names();

/// One address to connect to.
struct Endpoint {
  Transport transport = Transport::tcp;
  std::string host = "127.0.0.1";  ///< name or IP literal, without brackets
  std::uint16_t port = 0;
  std::string path = "/mqtt";  ///< WebSocket request target; unused otherwise

  std::string authority() const;  ///< "host:port", IPv6 in brackets
  std::string url() const;        ///< "tls://127.0.0.1:8883", "wss://host:8084/mqtt"
  bool operator==(const Endpoint&) const = default;
};

/// Parses tcp:// mqtt:// (1883), tls:// ssl:// mqtts:// (8883), ws:// (80), wss:// (443), dtls://
/// (8883) URLs; the number is the port when the URL names none. The WebSocket path is /mqtt by
/// default.
Result<Endpoint> parse_url(std::string_view url);

/// True for loopback, private (RFC 1918, RFC 4193) and link-local literals and for "localhost";
/// other names: false.
bool is_local_address(std::string_view host);

}  // namespace handfast
