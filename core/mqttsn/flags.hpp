// The flags octet (MQTT-SN 1.2 §5.3.4): DUP | QoS (2) | Retain | Will | CleanSession | TopicIdType
// (2), from the highest bit. QoS 3 stands for -1.
#pragma once

#include <cstdint>

#include "core/mqttsn/message.hpp"

namespace handfast::mqttsn {

inline constexpr std::uint8_t flag_duplicate = 0x80;
inline constexpr std::uint8_t flag_retain = 0x10;
inline constexpr std::uint8_t flag_will = 0x08;
inline constexpr std::uint8_t flag_clean_session = 0x04;

constexpr std::int8_t qos_of(std::uint8_t flags) {
  const int bits = (flags >> 5) & 3;
  return static_cast<std::int8_t>(bits == 3 ? -1 : bits);
}
constexpr std::uint8_t qos_bits(std::int8_t qos) {
  return static_cast<std::uint8_t>((qos & 3) << 5);
}
constexpr std::uint8_t topic_bits(std::uint8_t flags) { return flags & 3; }

}  // namespace handfast::mqttsn
