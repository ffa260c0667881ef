// Both ends' reading of the opening handshake (RFC 6455 §4.1 for the client, §4.2.1 for the
// server).
#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/websocket/detail/http_head.hpp"
#include "core/websocket/handshake.hpp"

namespace handfast::websocket {

namespace {

/// The value of a field for an error, or that there is none.
std::string shown(const Headers& headers, std::string_view name) {
  const auto* value = find_header(headers, name);
  return value ? fmt::format("\"{}\"", printable(*value)) : "none";
}

/// What `Upgrade` and `Connection` must say in either direction; nullopt when they do.
std::optional<HandshakeError> check_upgrade(const Headers& headers, std::string_view clause) {
  for (const auto& [name, token] : {std::pair{"Upgrade", "websocket"}, {"Connection", "Upgrade"}}) {
    if (detail::list_contains(headers, name, token)) continue;
    return HandshakeError{.clause = std::string(clause),
                          .expected = fmt::format("{}: {}", name, token),
                          .seen = shown(headers, name),
                          .http_status = std::nullopt,
                          .headers = {}};
  }
  return std::nullopt;
}

/// "HTTP/1.1 404 Not Found": the three digits behind the version; nullopt when they are not there.
std::optional<int> parse_status(std::string_view line) {
  constexpr std::size_t digits_at = 9;
  if (line.size() < digits_at + 3) return std::nullopt;
  if (line.size() > digits_at + 3 && line[digits_at + 3] != ' ') return std::nullopt;
  int status = 0;
  for (const char digit : line.substr(digits_at, 3)) {
    if (digit < '0' || digit > '9') return std::nullopt;
    status = status * 10 + (digit - '0');
  }
  if (status < 100) return std::nullopt;
  return status;
}

/// The checks behind a status of 101, in the order of §4.1.
std::optional<HandshakeError> check_response(const UpgradeRequest& request,
                                             const Headers& headers) {
  if (auto error = check_upgrade(headers, "RFC 6455 §4.1")) return error;

  const auto mismatch = [&headers](std::string clause, std::string expected,
                                   std::string_view field) {
    return HandshakeError{.clause = std::move(clause),
                          .expected = std::move(expected),
                          .seen = shown(headers, field),
                          .http_status = std::nullopt,
                          .headers = {}};
  };
  const auto accept = websocket_accept(websocket_key(request.nonce));
  const auto* seen = find_header(headers, "Sec-WebSocket-Accept");
  if (!seen || accept.empty() || *seen != accept) {
    return mismatch("RFC 6455 §4.1", fmt::format("Sec-WebSocket-Accept: {}", accept),
                    "Sec-WebSocket-Accept");
  }
  if (find_header(headers, "Sec-WebSocket-Extensions")) {
    return mismatch("RFC 6455 §4.1", "no Sec-WebSocket-Extensions, as none was offered",
                    "Sec-WebSocket-Extensions");
  }
  const auto* protocol = find_header(headers, "Sec-WebSocket-Protocol");
  if (request.protocol.empty() && protocol) {
    return mismatch("RFC 6455 §4.1", "no Sec-WebSocket-Protocol, as none was offered",
                    "Sec-WebSocket-Protocol");
  }
  if (!request.protocol.empty() && (!protocol || *protocol != request.protocol)) {
    return mismatch(protocol ? "RFC 6455 §4.1" : "MQTT 5.0 [MQTT-6.0.0-4]",
                    fmt::format("Sec-WebSocket-Protocol: {}", request.protocol),
                    "Sec-WebSocket-Protocol");
  }
  return std::nullopt;
}

}  // namespace

Incremental<UpgradeResponse, HandshakeError> parse_response(ByteView received,
                                                            const UpgradeRequest& request) {
  auto head = detail::parse_head(received, "HTTP/1.1 ");
  if (head.need_more()) return NeedMore{};
  if (head.has_error()) return std::move(head).error();

  const auto status = parse_status(head->start_line);
  if (status != 101) {
    return HandshakeError{.clause = "RFC 6455 §4.1",
                          .expected = "status 101",
                          .seen = printable(std::string_view(head->start_line).substr(9), 80),
                          .http_status = status,
                          .headers = std::move(head->headers)};
  }
  if (auto error = check_response(request, head->headers)) {
    error->http_status = status;
    error->headers = std::move(head->headers);
    return *std::move(error);
  }

  UpgradeResponse response;
  response.reason = head->start_line.size() > 13 ? head->start_line.substr(13) : "";
  if (const auto* protocol = find_header(head->headers, "Sec-WebSocket-Protocol")) {
    response.protocol = *protocol;
  }
  response.headers = std::move(head->headers);
  response.consumed = head->consumed;
  return response;
}

Incremental<ReceivedRequest, HandshakeError> parse_request(ByteView received) {
  constexpr std::size_t key_characters = 24;  // base64 of 16 bytes
  auto head = detail::parse_head(received, "GET ");
  if (head.need_more()) return NeedMore{};
  if (head.has_error()) return std::move(head).error();

  const auto refuse = [&head](std::string expected, std::string seen) {
    return HandshakeError{.clause = "RFC 6455 §4.2.1",
                          .expected = std::move(expected),
                          .seen = std::move(seen),
                          .http_status = std::nullopt,
                          .headers = std::move(head->headers)};
  };
  const auto line = split(head->start_line, ' ');
  if (line.size() != 3 || line[2] != "HTTP/1.1" || !line[1].starts_with('/')) {
    return refuse("GET /path HTTP/1.1", '"' + printable(head->start_line) + '"');
  }
  const auto& headers = head->headers;
  if (!find_header(headers, "Host")) return refuse("a Host field", "none");
  if (auto error = check_upgrade(headers, "RFC 6455 §4.2.1")) {
    error->headers = std::move(head->headers);
    return *std::move(error);
  }
  const auto* version = find_header(headers, "Sec-WebSocket-Version");
  if (!version || *version != "13") {
    return refuse("Sec-WebSocket-Version: 13", shown(headers, "Sec-WebSocket-Version"));
  }
  const auto* key = find_header(headers, "Sec-WebSocket-Key");
  if (!key || key->size() != key_characters) {
    return refuse("a Sec-WebSocket-Key of 16 bytes in base64", shown(headers, "Sec-WebSocket-Key"));
  }

  ReceivedRequest request;
  request.path = line[1];
  request.key = *key;
  request.protocols = detail::list_members(headers, "Sec-WebSocket-Protocol");
  request.consumed = head->consumed;
  request.headers = std::move(head->headers);
  return request;
}

}  // namespace handfast::websocket
