// CONNECT (MQTT 5.0 §3.1, MQTT 3.1.1 §3.1): the client's first packet.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/bytes.hpp"
#include "core/base/problem.hpp"
#include "core/mqtt/error.hpp"
#include "core/mqtt/frame.hpp"
#include "core/mqtt/property.hpp"

namespace handfast::mqtt {

struct Will {
  std::string topic{};
  Bytes payload{};
  std::uint8_t qos = 0;  ///< 0 to 2
  bool retain = false;
  Properties properties{};  ///< 5.0 only

  bool operator==(const Will&) const = default;
};

struct Connect {
  Version version = Version::v5_0;
  std::string client_id{};
  bool clean_start = true;  ///< 3.1.1 calls it Clean Session
  std::uint16_t keep_alive_s = 60;
  std::optional<Will> will{};
  std::optional<std::string> user_name{};
  std::optional<Bytes> password{};
  Properties properties{};  ///< 5.0 only

  bool operator==(const Connect&) const = default;
};

/// Appends the packet to `out`. Internal problem when a string or binary field is above 65,535
/// bytes or the packet above 268,435,455, and when a 3.1.1 packet carries properties; `out` is then
/// as before. Rules that the layout does not force (UTF-8, password without user name) are not
/// checked: tests send such packets on purpose.
Result<void> encode_connect(Bytes& out, const Connect& connect);

/// Decodes a CONNECT frame; the version is the one it carries. An unknown protocol name or level is
/// an error with reason unsupported_protocol_version (0x84).
Parsed<Connect> decode_connect(const Frame& frame);

}  // namespace handfast::mqtt
