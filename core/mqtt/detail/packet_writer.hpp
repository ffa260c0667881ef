// Appends one packet to a buffer: fields first, lengths inserted when they are known.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/base/problem.hpp"
#include "core/mqtt/property.hpp"
#include "core/mqtt/types.hpp"

namespace handfast::mqtt::detail {

/// Writes the first byte at once and the Remaining Length in finish(). Keeps the first problem;
/// finish() then takes everything back. Control packets are short, so moving the body by the
/// length's bytes is cheaper than a second pass.
class PacketWriter {
 public:
  PacketWriter(Bytes& out, Version version, PacketType type, std::uint8_t flags = 0);

  void u8(std::uint8_t value) { writer_.u8(value); }
  void u16(std::uint16_t value) { writer_.u16(value); }
  void bytes(ByteView value) { writer_.bytes(value); }
  /// Two length bytes and `value`; a problem above 65,535 bytes.
  void binary(ByteView value, std::string_view field);
  void text(std::string_view value, std::string_view field) { binary(as_bytes(value), field); }
  /// 5.0: the list with its length. 3.1.1: nothing, and a problem when there are any.
  void properties(const Properties& properties);
  void problem(std::string message);

  Result<void> finish();

 private:
  Bytes& out_;
  ByteWriter writer_;
  Version version_;
  PacketType type_;
  std::size_t start_;
  std::optional<Problem> problem_;
};

/// Appends the encoded properties without their length. Internal problem for an identifier that
/// table 2-4 does not have, a value of the wrong type or one that does not fit its wire type; `out`
/// is then unspecified.
Result<void> write_properties(Bytes& out, const Properties& properties);

}  // namespace handfast::mqtt::detail
