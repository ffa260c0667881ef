// The settings files of an ActiveMQ Classic broker with its MQTT transport: the only place where
// they are written, for the driver as for the export.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/endpoint.hpp"

namespace handfast::broker::activemq {

/// One key store and one trust store serve all connectors.
struct Stores {
  std::string type;   ///< "PKCS12", "JKS"
  std::string key;    ///< path
  std::string trust;  ///< path; empty: none
  std::string password;
  std::string revoked;  ///< path of PEM CRLs, one of every authority in a chain; empty: none
};

struct Connector {
  std::string name;  ///< unique
  bool tls = false;
  std::uint16_t port = 0;
  bool ask_clients = false;
  bool insist = false;  ///< turn clients without a certificate away
  std::vector<std::string> versions{"1.3", "1.2"};
};

struct Node {
  std::string data;  ///< folder
  Stores stores;     ///< an empty key: no TLS connector
  std::vector<Connector> connectors;
  /// Who does not log in as `user` with `password` is turned away; empty: nobody is.
  std::string user{}, password{};
};

std::string xml_settings(const Node& node);  ///< activemq.xml
std::string log_settings(bool verbose);      ///< log4j.properties: without it errors are silent

}  // namespace handfast::broker::activemq
