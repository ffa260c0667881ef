// ActiveMQ Classic with its MQTT transport, tried with 5.17.2 of Debian 12 on OpenJDK 17.
//
// - tcp and tls alone: Debian's package lacks the WebSocket transport. MQTT 3.1.1 alone: a CONNECT
//   of 5.0 gets return code 1.
// - Debian's start script forgets the MQTT codec (libmqtt-client-java): connections then hang
//   without an answer. The driver runs the JVM with a class path of its own.
// - One key store and one trust store for all connectors, read once: no reload. They are JKS files
//   made from the PEM files of the settings (stores.hpp). Several brokers in one JVM are no way
//   out: the factory of its non-blocking transport holds one context, the last one, for all of
//   them.
// - With revocation lists Java wants one of every authority in the chain.
// - It turns clients away by closing the connection: its non-blocking transport sends no alert.
#pragma once

#include "harness/broker/activemq/render.hpp"
#include "harness/broker/driver.hpp"

namespace handfast::broker::activemq {

const Driver& driver();

std::string render(const Settings& settings);  ///< activemq.xml
bool can_share(const ListenerSettings& a, const ListenerSettings& b);

/// "5.17.2" from the output of its --version; empty when it is another program's.
std::string parse_version(std::string_view output);

}  // namespace handfast::broker::activemq
