// PUBLISH (MQTT 5.0 §3.3, MQTT 3.1.1 §3.3): an application message, in either direction.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/base/problem.hpp"
#include "core/mqtt/error.hpp"
#include "core/mqtt/frame.hpp"
#include "core/mqtt/property.hpp"

namespace handfast::mqtt {

struct Publish {
  bool dup = false;
  std::uint8_t qos = 0;  ///< 0 to 2
  bool retain = false;
  std::string topic{};          ///< may be empty in 5.0 with a topic alias
  std::uint16_t packet_id = 0;  ///< 1 to 65535 with QoS 1 and 2; not on the wire with QoS 0
  Properties properties{};      ///< 5.0 only
  Bytes payload{};

  bool operator==(const Publish&) const = default;
};

/// Appends the packet to `out`; problems as encode_connect().
Result<void> encode_publish(Bytes& out, Version version, const Publish& publish);

Parsed<Publish> decode_publish(const Frame& frame, Version version);

/// A PUBLISH whose parts stay where they are: no allocation in either direction.
struct PublishView {
  bool dup = false;
  std::uint8_t qos = 0;
  bool retain = false;
  std::string_view topic{};
  std::uint16_t packet_id = 0;
  ByteView properties{};  ///< 5.0: the encoded property list without its length
  ByteView payload{};
};

/// Appends the packet to `out`, which grows at most once; problems as encode_connect().
Result<void> encode_publish(Bytes& out, Version version, const PublishView& publish);

/// Reads the layout of a PUBLISH without judging topic or properties; the views share the frame's
/// storage. Allocates only for an error (flags, a length past the packet's end, packet identifier
/// 0).
Parsed<PublishView> view_publish(const Frame& frame, Version version);

}  // namespace handfast::mqtt
