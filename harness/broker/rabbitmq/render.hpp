// The settings files of a RabbitMQ node with its MQTT plugins: the only place where they are
// written, for the driver as for the export.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/endpoint.hpp"

namespace handfast::broker::rabbitmq {

/// Options of TLS listeners. In its settings there is one set for all native ones (ssl_options) and
/// one for the only wss listener.
struct TlsOptions {
  std::string certificate;
  std::string key;
  std::string trust;  ///< empty: none
  bool ask_clients = false;
  bool insist = false;       ///< turn clients without a certificate away
  std::optional<int> depth;  ///< most intermediates in a client's chain
  std::vector<std::string> versions{"1.3", "1.2"};
};

struct NodeListener {
  std::string name;  ///< for the comment
  Transport transport = Transport::tcp;
  std::uint16_t port = 0;
};

/// A listener with options of its own, which no setting expresses: RabbitMQ's own code starts it as
/// a copy of one of `Node::listeners`, when that is up.
struct Copy {
  std::string name;  ///< for the comment
  std::uint16_t of = 0;
  std::uint16_t port = 0;
  std::optional<TlsOptions> tls;  ///< nullopt where the original has none
};

struct Node {
  std::vector<NodeListener> listeners;  ///< at most one ws and one wss
  std::vector<Copy> copies;
  /// For the plain WebSocket listener that the plugin opens even when only wss is wanted.
  std::uint16_t spare_port = 0;
  std::optional<TlsOptions> tls;
  std::optional<TlsOptions> wss;
  /// What is the user name from a client's certificate: "cn", "dn", "san"; empty: everybody is
  /// guest. The user must exist.
  std::string user_from;
  bool verbose = false;
};

std::string conf(const Node& node);             ///< rabbitmq.conf
std::string advanced_config(const Node& node);  ///< with a wss listener; empty otherwise
std::string enabled_plugins(const Node& node);
/// Erlang expressions that start the copies; empty without any.
std::string copy_script(const Node& node);

}  // namespace handfast::broker::rabbitmq
