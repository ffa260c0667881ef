#include "core/proxy/header.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include "core/base/text.hpp"

namespace handfast::proxy {

namespace {

/// The octets of an IP literal, 4 or 16; empty when it is none.
Bytes octets_of(const std::string& host) {
  // inet_pton would stop at a zero byte and not see what follows it.
  if (host.find('\0') != std::string::npos) return {};
  Bytes out(detail::ipv6_bytes);
  if (inet_pton(AF_INET6, host.c_str(), out.data()) == 1) return out;
  out.resize(detail::ipv4_bytes);
  if (inet_pton(AF_INET, host.c_str(), out.data()) == 1) return out;
  return {};
}

void append(Bytes& out, ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

void append_u16(Bytes& out, std::size_t value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8));
  out.push_back(static_cast<std::uint8_t>(value & 0xff));
}

void render_text(Bytes& out, const Header& header, bool ipv6) {
  if (header.local) return append(out, as_bytes("PROXY UNKNOWN\r\n"));
  const auto line =
      fmt::format("PROXY TCP{} {} {} {} {}\r\n", ipv6 ? 6 : 4, header.source.host,
                  header.destination.host, header.source.port, header.destination.port);
  append(out, as_bytes(line));
}

void render_binary(Bytes& out, const Header& header, const Bytes& source,
                   const Bytes& destination) {
  append(out, detail::signature);
  if (header.local) {
    out.push_back(detail::command_local);
    out.push_back(detail::unspecified);
    return append_u16(out, 0);
  }
  out.push_back(detail::command_proxy);
  out.push_back(source.size() == detail::ipv6_bytes ? detail::tcp_over_ipv6
                                                    : detail::tcp_over_ipv4);
  append_u16(out, source.size() + destination.size() + 4);  // and two ports
  append(out, source);
  append(out, destination);
  append_u16(out, header.source.port);
  append_u16(out, header.destination.port);
}

}  // namespace

std::string_view to_string(Version version) { return version == Version::v1 ? "v1" : "v2"; }

Result<Version> parse_version(std::string_view text) {
  if (text == "v1") return Version::v1;
  if (text == "v2") return Version::v2;
  return usage_problem(fmt::format("unknown PROXY protocol \"{}\"", printable(text, 20)), {},
                       "one of: v1, v2");
}

std::string HeaderError::text() const { return fmt::format("expected {}, saw {}", expected, seen); }

Result<void> render(Bytes& out, Version version, const Header& header) {
  Bytes source;
  Bytes destination;
  if (!header.local) {
    source = octets_of(header.source.host);
    destination = octets_of(header.destination.host);
    for (const auto& [octets, host] : {std::pair{&source, &header.source.host},
                                       std::pair{&destination, &header.destination.host}}) {
      if (!octets->empty()) continue;
      return usage_problem(
          fmt::format("a PROXY header needs IP addresses, got \"{}\"", printable(*host, 60)), {},
          "write for example 192.0.2.1 or 2001:db8::1");
    }
    if (source.size() != destination.size()) {
      return usage_problem(fmt::format("a PROXY header has two addresses of one family, got {} {}",
                                       header.source.host, header.destination.host));
    }
  }
  if (version == Version::v1) {
    render_text(out, header, source.size() == detail::ipv6_bytes);
  } else {
    render_binary(out, header, source, destination);
  }
  return {};
}

}  // namespace handfast::proxy
