#include "core/mqtt/varint.hpp"

#include <cassert>

namespace handfast::mqtt {

void put_varint(ByteWriter& out, std::uint32_t value) {
  assert(value <= max_varint);
  while (value >= 0x80) {
    out.u8(static_cast<std::uint8_t>(value | 0x80));
    value >>= 7;
  }
  out.u8(static_cast<std::uint8_t>(value));
}

VarintResult get_varint(ByteView input) {
  Varint varint;
  for (const auto byte : input.first(input.size() < 4 ? input.size() : 4)) {
    varint.value |= static_cast<std::uint32_t>(byte & 0x7f) << (7 * varint.bytes);
    ++varint.bytes;
    if ((byte & 0x80) == 0) return {varint, std::nullopt};
  }
  return {varint, varint.bytes == 4 ? VarintFault::five_bytes : VarintFault::truncated};
}

}  // namespace handfast::mqtt
