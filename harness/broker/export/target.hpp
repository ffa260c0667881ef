// One kind of export: what it can say, and how. A further one is a file with these members and one
// line in the registry (export.cpp).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"
#include "harness/broker/export/export.hpp"

namespace handfast::broker::exporting {

/// How the target learns of revoked client certificates.
enum class Revocation {
  none,
  file,              ///< a CRL file; the leaf alone is checked
  whole_chain_file,  ///< a CRL file that needs a CRL of every authority in the chain
  url,               ///< it fetches CRLs itself
};

enum class Versions {
  both_or_one,  ///< 1.2, 1.3 or both
  one,          ///< 1.2 or 1.3, not both
  fixed,        ///< not to be set
};

/// What the target's settings can express. The refusals of check.cpp follow from it.
struct Abilities {
  std::vector<Transport> transports{Transport::tls};
  bool optional_clients = false;  ///< ask for a certificate without insisting
  bool mixed_clients = false;     ///< listeners of one export may differ in that
  std::vector<std::string> user_from{};
  bool partial_chain = false;
  bool depth = false;
  Revocation revocation = Revocation::none;
  bool ocsp = false;
  Versions versions = Versions::both_or_one;
  bool pkcs12 = false;             ///< reads key and anchors from PKCS#12
  bool own_folder = false;         ///< paths may be relative to the broker's folder
  bool client_pair = false;        ///< hands out a client's pair as well
  bool has_listeners = true;       ///< false: files alone
  bool single_listeners = false;   ///< at most one listener of each transport
  bool single_websockets = false;  ///< at most one ws and one wss listener
  bool websocket_clients = true;   ///< wss listeners can ask for client certificates
};

struct Target {
  std::string name;
  Abilities can;
  /// The request was checked against `can`, its PEM texts are clean.
  std::vector<ExportedFile> (*render)(const ExportRequest& request);
  std::string reload;  ///< answer of reload_hint()
};

const Target& emqx4();
const Target& emqx5();
const Target& mosquitto();
const Target& rabbitmq();
const Target& ejabberd();
const Target& activemq();
const Target& nanomq();
const Target& hivemq();
const Target& vernemq();
const Target& haproxy();
const Target& nginx();
const Target& cms_database();

const std::vector<const Target*>& targets();

/// The request with defaults filled in and its PEM texts rewritten (LF, nothing around the blocks,
/// order kept). Problems as export_files.
Result<ExportRequest> checked(const Target& target, ExportRequest request);

}  // namespace handfast::broker::exporting
