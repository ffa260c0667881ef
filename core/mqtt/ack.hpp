// PUBACK, PUBREC, PUBREL, PUBCOMP (MQTT 5.0 §3.4 to §3.7): four packets of one layout.
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/bytes.hpp"
#include "core/base/problem.hpp"
#include "core/mqtt/error.hpp"
#include "core/mqtt/frame.hpp"
#include "core/mqtt/property.hpp"

namespace handfast::mqtt {

template <PacketType Type>
struct PublishAck {
  static constexpr PacketType type = Type;

  std::uint16_t packet_id = 0;
  std::uint8_t code = 0;    ///< 5.0 reason code; 0 and no properties: left off the wire (§3.4.2.1)
  Properties properties{};  ///< 5.0 only

  bool operator==(const PublishAck&) const = default;
};

using Puback = PublishAck<PacketType::puback>;
using Pubrec = PublishAck<PacketType::pubrec>;
using Pubrel = PublishAck<PacketType::pubrel>;
using Pubcomp = PublishAck<PacketType::pubcomp>;

/// Appends the packet to `out`, in its shortest form; problems as encode_connect(), and for 3.1.1
/// with a code.
Result<void> encode_puback(Bytes& out, Version version, const Puback& puback);
Result<void> encode_pubrec(Bytes& out, Version version, const Pubrec& pubrec);
Result<void> encode_pubrel(Bytes& out, Version version, const Pubrel& pubrel);
Result<void> encode_pubcomp(Bytes& out, Version version, const Pubcomp& pubcomp);

Parsed<Puback> decode_puback(const Frame& frame, Version version);
Parsed<Pubrec> decode_pubrec(const Frame& frame, Version version);
Parsed<Pubrel> decode_pubrel(const Frame& frame, Version version);
Parsed<Pubcomp> decode_pubcomp(const Frame& frame, Version version);

/// Packet identifier and code as they arrived, unjudged.
struct AckView {
  std::uint16_t packet_id = 0;
  std::uint8_t code = 0;  ///< 0 when the packet leaves it off
};
/// nullopt unless `frame` is one of the four with at least two bytes of body. No allocation.
std::optional<AckView> peek_ack(const Frame& frame);

}  // namespace handfast::mqtt
