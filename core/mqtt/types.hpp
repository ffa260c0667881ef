// Protocol versions, packet types and limits that every MQTT packet shares.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace handfast::mqtt {

/// The protocol level as CONNECT carries it. MQTT 3.1 (level 3) is not spoken.
enum class Version : std::uint8_t {
  v3_1_1 = 4,
  v5_0 = 5,
};
/// "MQTT 3.1.1", "MQTT 5.0".
std::string_view to_string(Version version);

/// Control packet types (MQTT 5.0 §2.1.2); `auth` exists in 5.0 only.
enum class PacketType : std::uint8_t {
  connect = 1,
  connack = 2,
  publish = 3,
  puback = 4,
  pubrec = 5,
  pubrel = 6,
  pubcomp = 7,
  subscribe = 8,
  suback = 9,
  unsubscribe = 10,
  unsuback = 11,
  pingreq = 12,
  pingresp = 13,
  disconnect = 14,
  auth = 15,
};
/// The packet's name in the standard's capitals: "CONNECT", "PINGRESP"; "reserved packet" outside 1
/// to 15.
std::string_view to_string(PacketType type);

/// The largest Variable Byte Integer and so the largest Remaining Length (MQTT 5.0 §1.5.5,
/// MQTT 3.1.1 §2.2.3).
inline constexpr std::uint32_t max_varint = 268'435'455;

/// Remaining Length plus the five bytes of the largest fixed header.
inline constexpr std::size_t max_packet_bytes = std::size_t{max_varint} + 5;

}  // namespace handfast::mqtt
