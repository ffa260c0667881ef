// The receiving side: a server that trusts its balancer reads this before anything else.
#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/base/text.hpp"
#include "core/proxy/header.hpp"

namespace handfast::proxy {

namespace {

using Answer = Incremental<ReceivedHeader, HeaderError>;

constexpr std::string_view word = "PROXY ";

std::string in_quotes(std::string_view text) { return '"' + printable(text, 40) + '"'; }

HeaderError wrong(std::string expected, std::string_view seen) {
  return {.expected = std::move(expected), .seen = in_quotes(seen)};
}

/// A port as section 2.1 writes it: decimal, no leading zero; false otherwise.
bool read_port(std::string_view text, std::uint16_t& port) {
  if (text.empty() || (text.size() > 1 && text[0] == '0')) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size();
}

bool is_literal(const std::string& host, int family) {
  std::array<std::uint8_t, detail::ipv6_bytes> scratch{};
  // inet_pton would stop at a zero byte and not see what follows it.
  return host.find('\0') == std::string::npos &&
         inet_pton(family, host.c_str(), scratch.data()) == 1;
}

Answer parse_text(std::string_view text) {
  const auto limited = text.substr(0, max_v1_bytes);
  const auto end = limited.find("\r\n");
  if (end == limited.npos) {
    if (text.size() < max_v1_bytes) return NeedMore{};
    return wrong(fmt::format("a line of at most {} bytes", max_v1_bytes), limited);
  }
  const auto line = limited.substr(0, end);
  ReceivedHeader out{.version = Version::v1, .header = {}, .consumed = end + 2};
  const auto parts = split(line.substr(word.size()), ' ');
  // What follows UNKNOWN must be ignored.
  if (parts[0] == "UNKNOWN") {
    out.header.local = true;
    return out;
  }
  if (parts[0] != "TCP4" && parts[0] != "TCP6") return wrong("TCP4, TCP6 or UNKNOWN", line);
  if (parts.size() != 5) return wrong("two addresses and two ports", line);
  const int family = parts[0] == "TCP4" ? AF_INET : AF_INET6;
  auto& header = out.header;
  header.source.host = parts[1];
  header.destination.host = parts[2];
  if (!is_literal(header.source.host, family) || !is_literal(header.destination.host, family)) {
    return wrong(fmt::format("addresses of {}", parts[0]), line);
  }
  if (!read_port(parts[3], header.source.port) || !read_port(parts[4], header.destination.port)) {
    return wrong("ports from 0 to 65535", line);
  }
  return out;
}

std::size_t u16_at(ByteView bytes, std::size_t at) {
  return static_cast<std::size_t>(bytes[at]) << 8 | bytes[at + 1];
}

std::string literal_at(ByteView bytes, std::size_t at, int family) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(family, bytes.data() + at, text.data(), text.size());
  return text.data();
}

Answer parse_binary(ByteView bytes) {
  if (bytes.size() < detail::fixed_v2_bytes) return NeedMore{};
  const auto command = bytes[12];
  if (command != detail::command_local && command != detail::command_proxy) {
    return HeaderError{"version 2 with LOCAL or PROXY", fmt::format("0x{:02x}", command)};
  }
  const auto length = u16_at(bytes, 14);
  ReceivedHeader out{
      .version = Version::v2, .header = {}, .consumed = detail::fixed_v2_bytes + length};
  const auto kind = bytes[13];
  const bool ipv4 = kind == detail::tcp_over_ipv4;
  if (command == detail::command_local || (!ipv4 && kind != detail::tcp_over_ipv6)) {
    if (bytes.size() < out.consumed) return NeedMore{};
    out.header.local = true;
    return out;
  }
  const auto width = ipv4 ? detail::ipv4_bytes : detail::ipv6_bytes;
  if (length < 2 * width + 4) {
    return HeaderError{fmt::format("at least {} bytes of addresses", 2 * width + 4),
                       fmt::format("{}", length)};
  }
  if (bytes.size() < out.consumed) return NeedMore{};
  const int family = ipv4 ? AF_INET : AF_INET6;
  const auto at = detail::fixed_v2_bytes;
  out.header.source = {literal_at(bytes, at, family),
                       static_cast<std::uint16_t>(u16_at(bytes, at + 2 * width))};
  out.header.destination = {literal_at(bytes, at + width, family),
                            static_cast<std::uint16_t>(u16_at(bytes, at + 2 * width + 2))};
  return out;
}

/// True when `bytes` and `pattern` agree as far as both go.
bool begins_like(ByteView bytes, ByteView pattern) {
  const auto size = std::min(bytes.size(), pattern.size());
  return std::ranges::equal(bytes.first(size), pattern.first(size));
}

}  // namespace

Incremental<ReceivedHeader, HeaderError> parse(ByteView received) {
  if (begins_like(received, detail::signature)) {
    return received.size() < detail::signature.size() ? Answer(NeedMore{}) : parse_binary(received);
  }
  if (begins_like(received, as_bytes(word))) {
    return received.size() < word.size() ? Answer(NeedMore{}) : parse_text(as_text(received));
  }
  return wrong("a PROXY header",
               as_text(received.first(std::min<std::size_t>(16, received.size()))));
}

}  // namespace handfast::proxy
