// The PROXY protocol of load balancers, versions 1 (text) and 2 (binary): the first bytes of a
// connection, before TLS, say who the client really is. Source: HAProxy's proxy-protocol.txt,
// "The PROXY protocol, Versions 1 & 2", sections 2.1 and 2.2.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/base/incremental.hpp"
#include "core/base/problem.hpp"

namespace handfast::proxy {

enum class Version : std::uint8_t { v1 = 1, v2 = 2 };
std::string_view to_string(Version version);  ///< "v1"
/// Usage problem for anything but "v1" and "v2".
Result<Version> parse_version(std::string_view text);

/// One end of the relayed connection.
struct Address {
  std::string host{};  ///< an IPv4 or IPv6 literal without brackets
  std::uint16_t port = 0;

  bool operator==(const Address&) const = default;
};

/// Who speaks to whom. Both hosts are of one family.
struct Header {
  /// The balancer speaks for itself, a health check for instance: v2 LOCAL, v1 UNKNOWN (which may
  /// also stand for a client of another family). The addresses then do not count.
  bool local = false;
  Address source{};       ///< the client
  Address destination{};  ///< what it connected to

  bool operator==(const Header&) const = default;
};

/// The longest v1 line, with its CR LF (section 2.1).
inline constexpr std::size_t max_v1_bytes = 107;

/// Appends the header to `out`:
///
///     v1: "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443" CR LF, or "PROXY UNKNOWN" CR LF
///     v2: | signature 12 | version 4, command 4 | family 4, protocol 4 | length 16 | addresses |
///
/// Usage problem when a host is no IP literal or the two are of different families; `out` is then
/// untouched.
Result<void> render(Bytes& out, Version version, const Header& header);

/// Why the bytes are no PROXY header.
struct HeaderError {
  std::string expected{};
  std::string seen{};

  std::string text() const;  ///< `expected "PROXY TCP4 ", saw "GET / HTTP"`
  bool operator==(const HeaderError&) const = default;
};

struct ReceivedHeader {
  Version version{};
  Header header{};
  std::size_t consumed = 0;  ///< bytes of the header, TLV fields of v2 included
};

/// Parses the header at the start of `received` (all bytes so far), for peers that take one. TLV
/// fields of v2 are skipped; its families other than TCP over IPv4 and IPv6 are read as local, as
/// section 2.2 wants it.
Incremental<ReceivedHeader, HeaderError> parse(ByteView received);

namespace detail {
/// Section 2.2: chosen so that no other protocol begins like this.
inline constexpr std::array<std::uint8_t, 12> signature{0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d,
                                                        0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};
inline constexpr std::size_t fixed_v2_bytes = 16;  ///< up to and including the length
inline constexpr std::uint8_t command_local = 0x20;
inline constexpr std::uint8_t command_proxy = 0x21;
inline constexpr std::uint8_t unspecified = 0x00;
inline constexpr std::uint8_t tcp_over_ipv4 = 0x11;
inline constexpr std::uint8_t tcp_over_ipv6 = 0x21;
inline constexpr std::size_t ipv4_bytes = 4;
inline constexpr std::size_t ipv6_bytes = 16;
}  // namespace detail

}  // namespace handfast::proxy
