// Any MQTT packet: the variant, one decoder and one encoder for all, and the line that evidence
// prints.
#pragma once

#include <cstddef>
#include <string>
#include <variant>

#include "core/mqtt/ack.hpp"
#include "core/mqtt/auth.hpp"
#include "core/mqtt/connack.hpp"
#include "core/mqtt/connect.hpp"
#include "core/mqtt/disconnect.hpp"
#include "core/mqtt/ping.hpp"
#include "core/mqtt/publish.hpp"
#include "core/mqtt/subscribe.hpp"
#include "core/mqtt/unsubscribe.hpp"

namespace handfast::mqtt {

/// In the order of the packet types, so `index() + 1` is the type.
using Packet = std::variant<Connect, Connack, Publish, Puback, Pubrec, Pubrel, Pubcomp, Subscribe,
                            Suback, Unsubscribe, Unsuback, Pingreq, Pingresp, Disconnect, Auth>;

PacketType type_of(const Packet& packet);

/// Decodes a framed packet strictly. `version` is the connection's; CONNECT uses the one it
/// carries.
Parsed<Packet> decode_frame(const Frame& frame, Version version);

/// A decoded packet and the bytes it took from the input.
struct SizedPacket {
  Packet packet{};
  std::size_t consumed = 0;
};

/// Decodes the packet at the start of `input`: need more, a packet, or the first rule that it
/// breaks. `limit` as in scan_packet().
Decoded<SizedPacket> decode_packet(ByteView input, Version version,
                                   std::size_t limit = max_packet_bytes);

/// Appends any packet; problems as the packet's own encoder. CONNECT uses its own version.
Result<void> encode_packet(Bytes& out, Version version, const Packet& packet);

/// One line for evidence: "CONNACK session_present=0 code=0 accepted", "PUBLISH qos=1 id=7
/// topic="a/b" payload=5 bytes". Text from the peer is escaped and shortened; a password is never
/// printed, only its length.
std::string describe(const Packet& packet, Version version);

}  // namespace handfast::mqtt
