#include "core/proxy/tunnel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/base/text.hpp"

namespace handfast::proxy {

Result<std::string> render_tunnel_request(std::string_view authority) {
  const bool clean = !authority.empty() && std::ranges::all_of(authority, [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7f;
  });
  if (!clean) {
    return usage_problem(
        fmt::format("\"{}\" cannot stand in a CONNECT request", printable(authority, 60)), {},
        "write host:port");
  }
  return fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n\r\n", authority);
}

Incremental<TunnelAnswer, TunnelError> parse_tunnel_answer(ByteView received) {
  constexpr std::string_view start = "HTTP/1.";
  constexpr std::size_t status_at = 9;  // behind "HTTP/1.1 "
  const auto text = as_text(received.first(std::min(received.size(), max_tunnel_head_bytes)));
  const auto compared = std::min(text.size(), start.size());
  if (text.substr(0, compared) != start.substr(0, compared)) {
    return TunnelError{fmt::format("no HTTP answer, but \"{}\"", printable(text.substr(0, 40)))};
  }
  const auto end = text.find("\r\n\r\n");
  if (end == text.npos) {
    if (received.size() < max_tunnel_head_bytes) return NeedMore{};
    return TunnelError{fmt::format("no end of its head in {} bytes", max_tunnel_head_bytes)};
  }
  TunnelAnswer answer{.status_line = std::string(text.substr(0, text.find("\r\n"))),
                      .consumed = end + 4};
  const auto& line = answer.status_line;
  const auto digits = line.size() < status_at ? std::string() : line.substr(status_at, 3);
  const auto* last = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), last, answer.status);
  if (error != std::errc() || stop != last || answer.status < 100) {
    return TunnelError{fmt::format("no HTTP status, but \"{}\"", printable(line, 40))};
  }
  return answer;
}

}  // namespace handfast::proxy
