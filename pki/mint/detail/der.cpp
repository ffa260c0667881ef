#include "pki/mint/detail/der.hpp"

namespace handfast::pki::detail {

namespace {

constexpr std::size_t short_form = 0x80;
constexpr std::size_t longest_length = 4;

/// Octets behind the first one of a length.
std::size_t length_octets(std::size_t content) {
  if (content < short_form) return 0;
  std::size_t octets = 1;
  while ((content >>= 8U) != 0) ++octets;
  return octets;
}

}  // namespace

std::size_t der_size(std::size_t content) { return 2 + length_octets(content) + content; }

void put_der_header(Bytes& out, std::uint8_t tag, std::size_t content) {
  out.push_back(tag);
  const auto octets = length_octets(content);
  if (octets == 0) {
    out.push_back(static_cast<std::uint8_t>(content));
    return;
  }
  out.push_back(static_cast<std::uint8_t>(short_form | octets));
  for (auto left = octets; left > 0; --left) {
    out.push_back(static_cast<std::uint8_t>(content >> (8U * (left - 1))));
  }
}

void put_der(Bytes& out, std::uint8_t tag, ByteView content) {
  put_der_header(out, tag, content.size());
  out.insert(out.end(), content.begin(), content.end());
}

void put_der_unsigned(Bytes& out, ByteView magnitude) {
  while (!magnitude.empty() && magnitude.front() == 0) magnitude = magnitude.subspan(1);
  const bool pad = magnitude.empty() || magnitude.front() >= 0x80;
  put_der_header(out, der_integer, magnitude.size() + (pad ? 1 : 0));
  if (pad) out.push_back(0);
  out.insert(out.end(), magnitude.begin(), magnitude.end());
}

void put_der_bits(Bytes& out, ByteView octets) {
  put_der_header(out, der_bit_string, octets.size() + 1);
  out.push_back(0);  // no unused bits
  out.insert(out.end(), octets.begin(), octets.end());
}

std::optional<DerElement> take_der(ByteView& in) {
  ByteReader reader(in);
  const auto tag = reader.u8();
  const auto first = reader.u8();
  if (!tag || !first || (*tag & 0x1fU) == 0x1fU) return std::nullopt;
  std::size_t length = *first;
  if (length >= short_form) {
    const auto octets = length - short_form;
    if (octets == 0 || octets > longest_length) return std::nullopt;
    length = 0;
    for (std::size_t i = 0; i < octets; ++i) {
      const auto next = reader.u8();
      if (!next) return std::nullopt;
      length = length << 8U | *next;
    }
    if (length_octets(length) != octets) return std::nullopt;
  }
  const auto content = reader.bytes(length);
  if (!content) return std::nullopt;
  const DerElement element{*tag, *content, in.first(reader.offset())};
  in = in.subspan(reader.offset());
  return element;
}

}  // namespace handfast::pki::detail
