// The little DER (X.690) that bulk minting writes and takes apart itself: definite lengths,
// one-octet tags, nothing nested by magic.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/base/bytes.hpp"

namespace handfast::pki::detail {

// Tags of X.690 section 8 as they stand in certificates.
inline constexpr std::uint8_t der_integer = 0x02;
inline constexpr std::uint8_t der_bit_string = 0x03;
inline constexpr std::uint8_t der_octet_string = 0x04;
inline constexpr std::uint8_t der_oid = 0x06;
inline constexpr std::uint8_t der_sequence = 0x30;
inline constexpr std::uint8_t der_set = 0x31;

/// Octets of a whole element with `content` octets inside; content below 2^32.
std::size_t der_size(std::size_t content);
/// Tag and length; the content has to follow.
void put_der_header(Bytes& out, std::uint8_t tag, std::size_t content);
void put_der(Bytes& out, std::uint8_t tag, ByteView content);
/// An INTEGER of this big-endian magnitude: no leading zeros but the one that keeps it positive.
void put_der_unsigned(Bytes& out, ByteView magnitude);
/// A BIT STRING of whole octets.
void put_der_bits(Bytes& out, ByteView octets);

struct DerElement {
  std::uint8_t tag = 0;
  ByteView content;
  ByteView whole;  ///< with tag and length
};

/// The element at the front of `in`, which moves behind it; nullopt (and `in` unchanged) for
/// anything that is cut short, has an indefinite or a needlessly long length, or a tag of several
/// octets.
std::optional<DerElement> take_der(ByteView& in);

}  // namespace handfast::pki::detail
