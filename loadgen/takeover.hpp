// Sessions taken over: MQTT 5.0 §3.1.4 [MQTT-3.1.4-3] and MQTT 3.1.1 [MQTT-3.1.4-2].
#pragma once

#include "core/base/clock.hpp"

namespace handfast::loadgen {

/// Each client connects, and once more with the same client identifier while the first connection
/// stands. The broker must close the first one, and under MQTT 5.0 says DISCONNECT 0x8E before; one
/// that closes without it (mosquitto 2.0.11 does) is counted as unannounced too. The first
/// connection succeeds when it ends so within the fleet's deadline from the second one's CONNACK;
/// the second succeeds by its CONNACK.
struct Takeover {
  Nanos after{};  ///< from the first CONNACK to the start of the second connection
};

}  // namespace handfast::loadgen
