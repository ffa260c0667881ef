// The lab gateway: MQTT-SN 1.2 over DTLS in front of a real broker, transparent (a broker
// connection for each client), on one UDP socket that is demultiplexed by peer. A rehearsal stage
// with fault switches, and never the only peer of a test: codec and libssl are those of the client.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "core/base/endpoint.hpp"
#include "tests/support/dtls_server.hpp"

namespace handfast::test {

/// What it does wrong on purpose.
struct GatewayFaults {
  /// So many handshakes at a time; a ClientHello beyond them is dropped, as where Erlang has no
  /// acceptor waiting. 0: any number.
  std::size_t acceptors = 0;
  bool silent_after_cookie = false;  ///< a second ClientHello is never answered
  /// Of what goes to each client: the datagrams with these numbers are lost; the first is 1.
  std::vector<std::uint64_t> drop{};
};

struct GatewayCounts {
  std::atomic<std::uint64_t> sessions = 0;   ///< secured at least once
  std::atomic<std::uint64_t> malformed = 0;  ///< MQTT-SN messages that were none
};

class LabGateway {
 public:
  /// `broker` is a plain TCP listener on an address, not a name. Listens when the constructor is
  /// done.
  LabGateway(DtlsServerOptions dtls, const Endpoint& broker, GatewayFaults faults = {});
  ~LabGateway();
  LabGateway(const LabGateway&) = delete;
  LabGateway& operator=(const LabGateway&) = delete;

  Endpoint endpoint() const;
  const GatewayCounts& counts() const { return counts_; }

 private:
  class Loop;
  GatewayCounts counts_;
  std::unique_ptr<Loop> loop_;
  std::thread thread_;
};

}  // namespace handfast::test
