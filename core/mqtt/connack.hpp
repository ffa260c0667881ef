// CONNACK (MQTT 5.0 §3.2, MQTT 3.1.1 §3.2): the server's answer to CONNECT.
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/bytes.hpp"
#include "core/base/problem.hpp"
#include "core/mqtt/error.hpp"
#include "core/mqtt/frame.hpp"
#include "core/mqtt/property.hpp"

namespace handfast::mqtt {

struct Connack {
  bool session_present = false;
  std::uint8_t code = 0;    ///< reason code (5.0) or return code (3.1.1); 0 accepts
  Properties properties{};  ///< 5.0 only

  bool operator==(const Connack&) const = default;
};

/// Appends the packet to `out`; problems as encode_connect().
Result<void> encode_connack(Bytes& out, Version version, const Connack& connack);

Parsed<Connack> decode_connack(const Frame& frame, Version version);

/// The two bytes that every CONNACK has, unjudged: for the load path, and for evidence when
/// decoding fails.
struct ConnackView {
  std::uint8_t flags = 0;
  std::uint8_t code = 0;
};
/// nullopt unless `frame` is a CONNACK with at least two bytes of body. No allocation.
std::optional<ConnackView> peek_connack(const Frame& frame);

}  // namespace handfast::mqtt
