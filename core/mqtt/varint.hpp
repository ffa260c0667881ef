// Variable Byte Integers: the Remaining Length of every packet and the lengths of 5.0 properties.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/base/bytes.hpp"
#include "core/mqtt/types.hpp"

namespace handfast::mqtt {

/// Bytes that `value` takes, 1 to 4. `value` must be at most max_varint.
constexpr std::size_t varint_size(std::uint32_t value) {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  return value < 0x200000 ? 3 : 4;
}

/// Appends `value` as a Variable Byte Integer (MQTT 5.0 §1.5.5): 1 to 4 bytes of seven bits, least
/// significant group first, bit 7 set on all but the last. `value` must be at most max_varint.
void put_varint(ByteWriter& out, std::uint32_t value);

/// A Variable Byte Integer as it arrived.
struct Varint {
  std::uint32_t value = 0;
  std::size_t bytes = 0;  ///< encoded length; above varint_size(value) breaks [MQTT-1.5.5-1]
};

enum class VarintFault { truncated, five_bytes };

/// Reads a Variable Byte Integer at the start of `input`. `truncated`: `input` ends inside it;
/// `five_bytes`: bit 7 of the fourth byte is set, which no further input can mend. On a fault
/// `value` is unspecified.
struct VarintResult {
  Varint value;
  std::optional<VarintFault> fault;
};
VarintResult get_varint(ByteView input);

}  // namespace handfast::mqtt
