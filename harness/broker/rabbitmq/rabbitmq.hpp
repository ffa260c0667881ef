// RabbitMQ with its MQTT plugins, tried with 3.10.8 of Debian 12 on OTP 25.
//
// - Its settings have one set of TLS options for all native MQTT listeners, another for the only
//   wss listener. Listeners that differ are started beside them as copies with options of their
//   own, by a script that its virtual machine evaluates (copy_script): the same code serves them,
//   and one node does for a whole run.
// - MQTT 3.1.1 alone (5.0 came with 3.13), no QoS 2: it grants 1.
// - It is ready after some 10 s, half of which is a fixed wait of the MQTT plugin.
// - A node registers with Erlang's name service. `epmd` would be started as a daemon that stays, so
//   the driver runs one of its own beside the node, on a port of its own; without any (-start_epmd
//   false) RabbitMQ ends with epmd_error.
// - Certificates are cached. Broker::reload clears the cache by rabbitmqctl; new connections then
//   see new files. The port of the name service and the node's own are in auxiliary listeners.
#pragma once

#include "harness/broker/driver.hpp"
#include "harness/broker/rabbitmq/render.hpp"

namespace handfast::broker::rabbitmq {

const Driver& driver();

void complete(Settings& settings);
bool can_share(const ListenerSettings& a, const ListenerSettings& b);
std::string render(const Settings& settings);  ///< rabbitmq.conf

/// "3.10.8" from the names in RabbitMQ's lib folder ("rabbitmq_server-3.10.8"); empty when none is.
std::string version_in(const std::filesystem::path& lib);

}  // namespace handfast::broker::rabbitmq
