// The certificates that a server shows, without a word of MQTT: for `pki inspect HOST:PORT` and for
// comparing what is served with what is on disk.
#pragma once

#include <string>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "core/base/endpoint.hpp"
#include "core/base/problem.hpp"
#include "core/tls/client.hpp"

namespace handfast::probe {

struct FetchedChain {
  /// Version, suite, group, whether a client certificate was asked for, the staple; version and
  /// group are unknown when the handshake did not complete.
  tls::Facts facts;
  bool completed = false;  ///< our side of the handshake finished
  /// Why it did not ("alert handshake_failure (40) received"): a TLS 1.2 server that wants a client
  /// certificate shows its own first. Empty when it completed.
  std::string ended;

  const std::vector<Bytes>& chain() const { return facts.peer_chain; }  ///< DER, leaf first
};

/// Connects, shakes hands without a client certificate, asks for an OCSP staple, and hangs up. The
/// chain is taken as it comes, never verified. `server_name` is the SNI; empty: the endpoint's
/// host, when that is a name. Environment problem when the server cannot be reached or shows no
/// certificate within `timeout`.
Result<FetchedChain> fetch_chain(const Endpoint& endpoint, const std::string& server_name = {},
                                 Nanos timeout = std::chrono::seconds(5));

}  // namespace handfast::probe
