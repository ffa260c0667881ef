// ASN.1 values as a tree that can be edited and written again. Reads BER as well as DER, because
// what is wrong on purpose must be readable too, and remembers which of the two it saw.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"

namespace handfast::pki::der {

enum class LengthForm : std::uint8_t {
  minimal,     ///< as DER demands
  padded,      ///< more length octets than needed (BER)
  indefinite,  ///< 0x80 ... 00 00 (BER)
};

namespace tag {
inline constexpr std::uint8_t boolean = 0x01;
inline constexpr std::uint8_t integer = 0x02;
inline constexpr std::uint8_t bit_string = 0x03;
inline constexpr std::uint8_t octet_string = 0x04;
inline constexpr std::uint8_t null = 0x05;
inline constexpr std::uint8_t object = 0x06;
inline constexpr std::uint8_t utf8 = 0x0c;
inline constexpr std::uint8_t printable = 0x13;
inline constexpr std::uint8_t t61 = 0x14;
inline constexpr std::uint8_t ia5 = 0x16;
inline constexpr std::uint8_t utc_time = 0x17;
inline constexpr std::uint8_t generalized_time = 0x18;
inline constexpr std::uint8_t universal_string = 0x1c;
inline constexpr std::uint8_t bmp = 0x1e;
inline constexpr std::uint8_t sequence = 0x30;
inline constexpr std::uint8_t set = 0x31;
/// Context-specific: primitive and constructed.
inline constexpr std::uint8_t context(unsigned n) { return static_cast<std::uint8_t>(0x80U | n); }
inline constexpr std::uint8_t context_of(unsigned n) {
  return static_cast<std::uint8_t>(0xa0U | n);
}
}  // namespace tag

struct Value {
  std::uint8_t tag = 0;
  LengthForm form = LengthForm::minimal;
  Bytes content;                ///< of a primitive value
  std::vector<Value> children;  ///< of a constructed value
  std::size_t offset = 0;       ///< where it began in what was read
  std::size_t size = 0;         ///< octets with the header, as read

  bool constructed() const { return (tag & 0x20U) != 0; }
  ByteView raw(ByteView source) const { return source.subspan(offset, size); }
};

/// Reads one value at the start of `bytes`; `size` tells how much it took. nullopt for what is no
/// BER, for tags of more than one octet, and below 40 levels.
std::optional<Value> read(ByteView bytes);
/// The same, when nothing follows.
std::optional<Value> read_all(ByteView bytes);

/// Writes the tree with the length forms that its values carry.
Bytes encode(const Value& value);

Value primitive(std::uint8_t tag, Bytes content);
Value text(std::uint8_t tag, std::string_view content);
Value constructed(std::uint8_t tag, std::vector<Value> children);
/// An object identifier from its dotted form, which must be one.
Value object(std::string_view dotted);
/// The content octets of such a value.
Bytes object_octets(std::string_view dotted);
/// Dotted form of content octets; empty for octets that are none.
std::string dotted(ByteView content);

}  // namespace handfast::pki::der
