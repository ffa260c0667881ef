// ejabberd.yml for its MQTT service: the only place where it is written, for the driver as for the
// export.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/endpoint.hpp"

namespace handfast::broker::ejabberd {

struct NodeListener {
  std::string name;  ///< for the comment
  Transport transport = Transport::tcp;
  std::uint16_t port = 0;
  bool ask_clients = false;  ///< native TLS only
  bool proxied = false;      ///< PROXY headers in front, of version 1 or 2
};

struct Node {
  std::string bundle;  ///< path of certificates and key in one PEM file; empty: no TLS
  std::string trust;   ///< path of anchors for client certificates; empty: nobody is asked
  /// Who has no certificate that names the user is refused at CONNECT, on every listener.
  bool certificates_only = false;
  bool verbose = false;
  std::vector<NodeListener> listeners;
};

std::string yaml(const Node& node);

}  // namespace handfast::broker::ejabberd
