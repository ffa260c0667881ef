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
  /// CRLs at the distribution points of clients' certificates are fetched, at most 5 s a list. Has
  /// no keys in rabbitmq.conf: all options then stand in advanced.config. Native listeners only.
  bool fetches_crls = false;
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
  /// With no `user_from`: who does not log in as `user` with `password` is turned away. Empty:
  /// everybody is guest.
  std::string user{}, password{};
  std::string definitions{};  ///< file with users and their rights; empty: none
  bool proxied = false;       ///< PROXY headers in front of all native listeners
  bool proxied_web = false;   ///< and of all WebSocket ones
  bool verbose = false;
};

std::string conf(const Node& node);  ///< rabbitmq.conf
/// With a wss listener, or CRLs to fetch; empty otherwise.
std::string advanced_config(const Node& node);
std::string enabled_plugins(const Node& node);
/// Users without password, for certificates alone; each may use the topics `handfast/...` and
/// `user/NAME/...`.
std::string definitions(const std::vector<std::string>& users);
/// Erlang expressions that start the copies; empty without any.
std::string copy_script(const Node& node);

}  // namespace handfast::broker::rabbitmq
