// The head of an HTTP/1.1 message: start line and fields (RFC 9112), as far as a WebSocket
// handshake needs it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/base/incremental.hpp"
#include "core/websocket/handshake.hpp"

namespace handfast::websocket::detail {

struct HttpHead {
  std::string start_line;
  Headers headers;
  std::size_t consumed = 0;  ///< bytes up to and including the empty line
};

/// Parses the head at the start of `received`. `start` is how the message must begin ("HTTP/1.1 ",
/// "GET "): a peer that speaks something else is told apart at its first bytes, not after a
/// timeout.
Incremental<HttpHead, HandshakeError> parse_head(ByteView received, std::string_view start);

/// True when the comma-separated list field `name` holds `token`, in any letter case (RFC 9110
/// §5.6.1).
bool list_contains(const Headers& headers, std::string_view name, std::string_view token);

/// The members of the list field `name` over all its lines.
std::vector<std::string> list_members(const Headers& headers, std::string_view name);

bool equals_ignoring_case(std::string_view a, std::string_view b);

}  // namespace handfast::websocket::detail
