// How a connection ends when it is ours to end it.
#pragma once

#include <cstdint>

namespace handfast::loadgen {

/// From the most polite to the rudest. What the broker makes of each differs: without DISCONNECT it
/// publishes the will (MQTT 5.0 [MQTT-3.1.2-8]), and a reset may take bytes with it that it had not
/// read yet.
enum class CloseStyle : std::uint8_t {
  disconnect,    ///< MQTT DISCONNECT, WebSocket Close, close_notify, FIN: each layer in its turn
  close_notify,  ///< TLS only: close_notify and FIN, nothing above them
  fin,           ///< FIN alone (RFC 9293 §3.6): for TLS a truncation
  rst,           ///< RST, by SO_LINGER with zero seconds; leaves no TIME_WAIT behind
};

}  // namespace handfast::loadgen
