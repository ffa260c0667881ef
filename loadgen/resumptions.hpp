// One worker's resumptions of one fleet: decides what each handshake is, and counts what it was
// asked to be. What it was in the end, the handshake's facts tell.
#pragma once

#include <memory>

#include "core/stats/snapshot.hpp"
#include "core/tls/client.hpp"
#include "loadgen/resumption.hpp"
#include "loadgen/session_store.hpp"

namespace handfast::loadgen {

/// What one handshake is asked to be.
struct HandshakeRole {
  std::shared_ptr<const tls::Session> resume;  ///< null: a full handshake
  bool early_data = false;
};

class Resumptions {
 public:
  explicit Resumptions(const Resumption& spec) : spec_(spec) {}

  /// The next handshake of `client`; counts into `stats` (seeding, resumption_asked).
  HandshakeRole next(std::uint64_t client, stats::FleetStats& stats);
  void keep(std::uint64_t client, std::shared_ptr<const tls::Session> session) {
    store_.keep(client, std::move(session));
  }

 private:
  Resumption spec_;
  std::uint64_t could_resume_ = 0;  ///< handshakes whose client had a session
  std::uint64_t asked_ = 0;         ///< of them: asked to resume
  SessionStore store_;
};

}  // namespace handfast::loadgen
