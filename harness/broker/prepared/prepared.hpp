// Brokers whose settings are rendered here and which a person starts, or a container does: none of
// them is in Debian. Their capabilities are what was measured elsewhere (docs/brokers.md); the
// probe pass compares them.
//
// - EMQX 4 and 5: the text is appended to its etc/emqx.conf, where of two values for one key the
//   later counts. User names from certificates are a matter of zones in 5, of listeners in 4.
// - The gateways of EMQX 5 for MQTT-SN and CoAP take DTLS alone.
// - NanoMQ: one listener of each transport, so most profiles need a process of their own. Without a
//   WebSocket entry it binds one on all addresses (measured with 0.25.3).
// - HiveMQ CE: a key store and a trust store for each listener, JKS as for ActiveMQ.
// - VerneMQ: TLS 1.2 alone unless told otherwise, its default.
#pragma once

#include "harness/broker/driver.hpp"

namespace handfast::broker::prepared {

const Driver& emqx4();
const Driver& emqx5();
const Driver& emqx5_mqttsn();
const Driver& emqx5_coap();
const Driver& nanomq();
const Driver& hivemq();
const Driver& vernemq();

/// A listener's name as an identifier: what is neither letter nor digit becomes '_'.
std::string identifier(std::string_view name);
/// "tcp", "ssl", "ws", "wss": what EMQX, VerneMQ and NanoMQ call a transport.
std::string_view type_of(Transport transport);

inline constexpr std::string_view made_by = "Made by handfast; changes are overwritten.";

}  // namespace handfast::broker::prepared
