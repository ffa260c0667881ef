// AUTH (MQTT 5.0 §3.15): enhanced authentication, in either direction.
#pragma once

#include <cstdint>

#include "core/base/bytes.hpp"
#include "core/base/problem.hpp"
#include "core/mqtt/error.hpp"
#include "core/mqtt/frame.hpp"
#include "core/mqtt/property.hpp"

namespace handfast::mqtt {

struct Auth {
  std::uint8_t code = 0;  ///< 0x00 success, 0x18 continue_authentication, 0x19 re_authenticate
  Properties properties{};

  bool operator==(const Auth&) const = default;
};

/// Appends the packet to `out`, in its shortest form; problems as encode_connect().
Result<void> encode_auth(Bytes& out, const Auth& auth);

/// AUTH in a 3.1.1 connection is an error: type 15 is reserved there (MQTT 3.1.1 §2.2.1).
Parsed<Auth> decode_auth(const Frame& frame, Version version);

}  // namespace handfast::mqtt
