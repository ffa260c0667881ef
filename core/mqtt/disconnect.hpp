// DISCONNECT (MQTT 5.0 §3.14, MQTT 3.1.1 §3.14); in 5.0 the server sends it too.
#pragma once

#include <cstdint>

#include "core/base/bytes.hpp"
#include "core/base/problem.hpp"
#include "core/mqtt/error.hpp"
#include "core/mqtt/frame.hpp"
#include "core/mqtt/property.hpp"

namespace handfast::mqtt {

struct Disconnect {
  std::uint8_t code = 0;    ///< 5.0 reason code; 0 and no properties: left off the wire (§3.14.2.1)
  Properties properties{};  ///< 5.0 only

  bool operator==(const Disconnect&) const = default;
};

/// Appends the packet to `out`, in its shortest form (`e0 00`); problems as encode_connect(), and
/// for 3.1.1 with a code.
Result<void> encode_disconnect(Bytes& out, Version version, const Disconnect& disconnect);

Parsed<Disconnect> decode_disconnect(const Frame& frame, Version version);

}  // namespace handfast::mqtt
