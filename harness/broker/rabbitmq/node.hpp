// What settings and processes of a RabbitMQ node have in common.
#pragma once

#include <cstdint>
#include <string_view>

#include "harness/broker/broker.hpp"
#include "harness/broker/rabbitmq/render.hpp"

namespace handfast::broker::rabbitmq {

/// Auxiliary listeners: the node's own port, the name service, the plain WebSocket listener that
/// nobody asked for.
inline constexpr std::string_view distribution_name = "distribution";
inline constexpr std::string_view names_name = "epmd";
inline constexpr std::string_view spare_name = "spare-ws";

/// 0 when there is no listener of that name.
std::uint16_t port_of(const Settings& settings, std::string_view name);

/// In the directory of the settings.
inline constexpr std::string_view definitions_name = "definitions.json";

Node node_of(const Settings& settings);

}  // namespace handfast::broker::rabbitmq
