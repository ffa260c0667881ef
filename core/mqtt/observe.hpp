// The lenient view: everything that arrived on a connection, packet by packet, whether it obeys the
// standard or not.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/mqtt/packet.hpp"

namespace handfast::mqtt {

/// One stretch of the received bytes. Exactly one of `packet`, `error`, `truncated` says what it
/// is.
struct Observation {
  std::size_t offset = 0;              ///< of `raw` in the input
  ByteView raw{};                      ///< shares the input's storage
  std::optional<Packet> packet{};      ///< a packet that obeys the standard
  std::optional<DecodeError> error{};  ///< the first rule that it breaks
  bool truncated = false;              ///< the input ends inside a packet

  /// The packet's description, "CONNACK byte 2: expected ... [20020400]" for an error, or "3 bytes
  /// of an unfinished CONNACK: 200200"; at most 32 raw bytes are printed.
  std::string text(Version version) const;
};

/// Cuts `received` into packets and decodes each strictly. A broken packet does not hide those
/// behind it; after a broken fixed header the rest is one observation.
std::vector<Observation> observe(ByteView received, Version version,
                                 std::size_t limit = max_packet_bytes);

}  // namespace handfast::mqtt
