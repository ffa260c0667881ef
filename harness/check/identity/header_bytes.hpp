// PROXY headers as they should be and as they should not: core/proxy renders good ones alone.
// Source: HAProxy's proxy-protocol.txt, sections 2.1 and 2.2.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"

namespace handfast::check::identity {

/// Where all these headers say that the connection goes.
inline constexpr std::string_view proxied_to = "192.0.2.1";

/// | signature 12 | version and command 1 | family and protocol 1 | length 2 | addresses | TLVs |
struct BinaryHeader {
  bool right_signature = true;
  std::uint8_t version_and_command = 0x21;  ///< version 2, PROXY
  std::uint8_t family_and_protocol = 0x11;  ///< TCP over IPv4
  Bytes addresses{};
  Bytes fields{};                         ///< TLVs, from field()
  std::optional<std::uint16_t> length{};  ///< empty: that of addresses and fields
};
Bytes to_wire(const BinaryHeader& header);

/// Addresses of TCP or UDP over IPv4: `source` and port 4711, then `proxied_to` and port 1883.
Bytes ipv4_addresses(std::string_view source);
/// The same over IPv6, to 2001:db8::1.
Bytes ipv6_addresses(std::string_view source);
/// Two paths of Unix sockets, 108 bytes each.
Bytes unix_addresses();

/// One TLV: type, length, value.
Bytes field(std::uint8_t type, ByteView value);
/// What says that the client spoke TLS (section 2.2.6): `client` flags, `verify` 0 for a chain that
/// was good, the common name where there is one.
Bytes tls_field(std::uint8_t client, std::uint32_t verify, std::optional<std::string> common_name);
inline constexpr std::uint8_t client_tls = 1, client_cert_conn = 2, client_cert_sess = 4;

/// A header of a client whose certificate was verified: the control of the profile proxy-tlv.
Bytes verified_client_header(std::string_view source);

/// `header` with a CRC32C over it (section 2.2.3), off by one when `right` is not.
Bytes with_checksum(BinaryHeader header, bool right);

/// "PROXY TCP4 SOURCE 192.0.2.1 4711 1883" CR LF.
std::string text_header(std::string_view source, std::string_view port = "4711");

}  // namespace handfast::check::identity
