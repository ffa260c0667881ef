#include "harness/check/identity/header_bytes.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <cassert>

#include "core/proxy/header.hpp"

namespace handfast::check::identity {

namespace {

constexpr std::uint16_t source_port = 4711;
constexpr std::uint16_t destination_port = 1883;

template <std::size_t Size>
void put_address(ByteWriter& writer, int family, std::string_view literal) {
  std::array<std::uint8_t, Size> octets{};
  [[maybe_unused]] const int read = inet_pton(family, std::string(literal).c_str(), octets.data());
  assert(read == 1);
  writer.bytes(octets);
}

template <std::size_t Size>
Bytes addresses(int family, std::string_view source, std::string_view destination) {
  Bytes out;
  ByteWriter writer(out);
  put_address<Size>(writer, family, source);
  put_address<Size>(writer, family, destination);
  writer.u16(source_port);
  writer.u16(destination_port);
  return out;
}

/// Castagnoli's polynomial, reflected (RFC 9260 appendix A).
std::uint32_t crc32c(ByteView bytes) {
  std::uint32_t crc = 0xffffffff;
  for (const auto byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0x82f63b78U : 0U);
  }
  return ~crc;
}

Bytes big_endian(std::uint32_t value) {
  return {static_cast<std::uint8_t>(value >> 24U), static_cast<std::uint8_t>(value >> 16U),
          static_cast<std::uint8_t>(value >> 8U), static_cast<std::uint8_t>(value)};
}

void append(Bytes& out, ByteView more) { out.insert(out.end(), more.begin(), more.end()); }

}  // namespace

Bytes to_wire(const BinaryHeader& header) {
  Bytes out(proxy::detail::signature.begin(), proxy::detail::signature.end());
  if (!header.right_signature) out.back() ^= 1U;
  ByteWriter writer(out);
  writer.u8(header.version_and_command);
  writer.u8(header.family_and_protocol);
  writer.u16(header.length.value_or(
      static_cast<std::uint16_t>(header.addresses.size() + header.fields.size())));
  writer.bytes(header.addresses);
  writer.bytes(header.fields);
  return out;
}

Bytes ipv4_addresses(std::string_view source) { return addresses<4>(AF_INET, source, proxied_to); }

Bytes ipv6_addresses(std::string_view source) {
  return addresses<16>(AF_INET6, source, "2001:db8::1");
}

Bytes unix_addresses() {
  constexpr std::size_t path_bytes = 108;
  Bytes out(2 * path_bytes);
  const std::string_view from = "/run/client.sock";
  const std::string_view to = "/run/broker.sock";
  std::copy(from.begin(), from.end(), out.begin());
  std::copy(to.begin(), to.end(), out.begin() + path_bytes);
  return out;
}

Bytes field(std::uint8_t type, ByteView value) {
  Bytes out;
  ByteWriter writer(out);
  writer.u8(type);
  writer.u16(static_cast<std::uint16_t>(value.size()));
  writer.bytes(value);
  return out;
}

Bytes tls_field(std::uint8_t client, std::uint32_t verify, std::optional<std::string> common_name) {
  constexpr std::uint8_t tls = 0x20, version = 0x21, name = 0x22;
  Bytes value{client};
  append(value, big_endian(verify));
  append(value, field(version, as_bytes("TLSv1.3")));
  if (common_name) append(value, field(name, as_bytes(*common_name)));
  return field(tls, value);
}

Bytes verified_client_header(std::string_view source) {
  BinaryHeader header{.addresses = ipv4_addresses(source)};
  header.fields = tls_field(client_tls | client_cert_conn | client_cert_sess, 0, "dev-1");
  return to_wire(header);
}

Bytes with_checksum(BinaryHeader header, bool right) {
  constexpr std::uint8_t checksum = 0x03;
  // Computed over the whole header with the checksum's own four bytes as zero.
  append(header.fields, field(checksum, Bytes(4)));
  auto wire = to_wire(header);
  auto crc = crc32c(wire);
  if (!right) crc ^= 1U;
  wire.resize(wire.size() - 4);
  append(wire, big_endian(crc));
  return wire;
}

std::string text_header(std::string_view source, std::string_view port) {
  return fmt::format("PROXY TCP4 {} {} {} {}\r\n", source, proxied_to, port, destination_port);
}

}  // namespace handfast::check::identity
