// What a manifest says beyond certificates: broker exports, the expiry watch, who gets which file.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/base/clock.hpp"

namespace handfast::pki {

enum class ClientCertificates : std::uint8_t { none, optional, required };

/// Ready-to-run settings of one broker.
struct ExportEntry {
  std::string name;
  std::string target;  ///< "emqx5", "mosquitto", ...; which ones exist is the exporter's to say
  std::string server;  ///< identity
  std::string trust;   ///< bundle or authority; empty only with ClientCertificates::none
  ClientCertificates clients = ClientCertificates::none;
  std::string user_from;  ///< "", "cn", "dn" or "san"
  std::string crl;        ///< authority whose CRL the broker checks; empty: none
  bool partial_chain = false;
  int depth = 0;                               ///< 0: the broker's own default
  std::vector<std::string> tls_versions;       ///< "1.2", "1.3"; empty: the broker's own
  std::map<std::string, std::uint16_t> ports;  ///< "mqtts", "wss", "plain"
  std::string backend;                         ///< host:port behind haproxy or nginx
  std::string where;
};

/// `watch`: when to look, when to warn, whom to tell (capabilities S4-42, S4-68 to S4-71).
struct WatchSettings {
  std::vector<Nanos> warn{std::chrono::hours(24 * 30), std::chrono::hours(24 * 7),
                          std::chrono::hours(24)};  ///< before expiry, longest first
  Nanos every = std::chrono::hours(24);
  Nanos hurry_below = std::chrono::hours(24);  ///< less than this left, or expired:
  Nanos hurry_every = std::chrono::hours(1);   ///< look this often
  std::vector<std::string> notify{"log"};      ///< "log", "metrics", "mail:a@x;b@y"
  bool fleets = false;                         ///< fleets as well
  bool revoke_expired = false;                 ///< what expired is revoked (S4-71)
};

/// Which entries a node gets: of an identity key and chain, of an authority or bundle the
/// certificates.
struct Distribution {
  std::string node;
  std::vector<std::string> entries;
  std::string where;
};

}  // namespace handfast::pki
