// UNSUBSCRIBE and UNSUBACK (MQTT 5.0 §3.10 and §3.11, MQTT 3.1.1 §3.10 and §3.11).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/problem.hpp"
#include "core/mqtt/error.hpp"
#include "core/mqtt/frame.hpp"
#include "core/mqtt/property.hpp"

namespace handfast::mqtt {

struct Unsubscribe {
  std::uint16_t packet_id = 0;
  Properties properties{};  ///< 5.0 only
  std::vector<std::string> filters{};

  bool operator==(const Unsubscribe&) const = default;
};

struct Unsuback {
  std::uint16_t packet_id = 0;
  Properties properties{};            ///< 5.0 only
  std::vector<std::uint8_t> codes{};  ///< one for each topic filter, in order; 5.0 only

  bool operator==(const Unsuback&) const = default;
};

/// Appends the packet to `out`; problems as encode_connect(), and for a 3.1.1 UNSUBACK with codes.
Result<void> encode_unsubscribe(Bytes& out, Version version, const Unsubscribe& unsubscribe);
Result<void> encode_unsuback(Bytes& out, Version version, const Unsuback& unsuback);

Parsed<Unsubscribe> decode_unsubscribe(const Frame& frame, Version version);
Parsed<Unsuback> decode_unsuback(const Frame& frame, Version version);

}  // namespace handfast::mqtt
