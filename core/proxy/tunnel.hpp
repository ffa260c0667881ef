// The tunnel of an HTTP proxy (RFC 9110 section 9.3.6): CONNECT host:port, answered by 2xx; from
// then on the proxy passes bytes in both directions and understands none of them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/base/incremental.hpp"
#include "core/base/problem.hpp"

namespace handfast::proxy {

/// The request for a tunnel to `authority` ("broker.example:8084", IPv6 in brackets). Usage problem
/// when it holds a space or a control character, which would smuggle a header.
Result<std::string> render_tunnel_request(std::string_view authority);

struct TunnelAnswer {
  int status = 0;
  std::string status_line{};  ///< "HTTP/1.1 200 Connection established"
  std::size_t consumed = 0;   ///< bytes of the head; what follows belongs to the tunnel

  bool open() const { return status >= 200 && status < 300; }
};

/// What arrived is no HTTP answer.
struct TunnelError {
  std::string what{};  ///< `no HTTP answer, but "SSH-2.0"`
};

/// Heads above this many bytes are an error.
inline constexpr std::size_t max_tunnel_head_bytes = std::size_t{16} * 1024;

/// Parses the answer at the start of `received` (all bytes so far). Any status is an answer.
Incremental<TunnelAnswer, TunnelError> parse_tunnel_answer(ByteView received);

}  // namespace handfast::proxy
