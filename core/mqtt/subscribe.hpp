// SUBSCRIBE and SUBACK (MQTT 5.0 §3.8 and §3.9, MQTT 3.1.1 §3.8 and §3.9).
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

/// One topic filter with its subscription options (MQTT 5.0 §3.8.3.1):
///
///     | reserved:2 | retain handling:2 | retain as published:1 | no local:1 | QoS:2 |
struct Subscription {
  std::string filter{};
  std::uint8_t qos = 0;              ///< 0 to 2
  bool no_local = false;             ///< 5.0 only
  bool retain_as_published = false;  ///< 5.0 only
  std::uint8_t retain_handling = 0;  ///< 0 to 2; 5.0 only

  bool operator==(const Subscription&) const = default;
};

struct Subscribe {
  std::uint16_t packet_id = 0;
  Properties properties{};  ///< 5.0 only
  std::vector<Subscription> subscriptions{};

  bool operator==(const Subscribe&) const = default;
};

struct Suback {
  std::uint16_t packet_id = 0;
  Properties properties{};            ///< 5.0 only
  std::vector<std::uint8_t> codes{};  ///< one for each topic filter, in order

  bool operator==(const Suback&) const = default;
};

/// Appends the packet to `out`; problems as encode_connect(). 3.1.1 ignores the 5.0 options.
Result<void> encode_subscribe(Bytes& out, Version version, const Subscribe& subscribe);
Result<void> encode_suback(Bytes& out, Version version, const Suback& suback);

Parsed<Subscribe> decode_subscribe(const Frame& frame, Version version);
Parsed<Suback> decode_suback(const Frame& frame, Version version);

}  // namespace handfast::mqtt
