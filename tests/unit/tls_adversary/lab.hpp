// Connections with a man in the middle: what becomes of a client of either engine when the server,
// or somebody in between, says something else than RFC 8446 allows.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/tls/client.hpp"
#include "tests/support/engines.hpp"
#include "tests/support/mint.hpp"
#include "tests/support/tls13_mitm.hpp"

namespace handfast::test {

/// A libssl server whose key log is open to us. Connections to it know each other's tickets.
class Target {
 public:
  explicit Target(MemoryServerOptions options);

  MemoryServer next() const { return server_->next(); }
  KeyLog& log() const { return *log_; }
  /// The private key of its certificate, for Edits::sign_again.
  EVP_PKEY* key() const { return key_; }

 private:
  std::unique_ptr<KeyLog> log_;
  std::unique_ptr<MemoryServer> server_;
  EVP_PKEY* key_;
};

/// The leaf alone below the root of test_pki(), for short handshakes; with more extensions when
/// `options` say so. Minted once for the same options.
tls::Identity leaf_identity(const MintOptions& options = {.name = "localhost",
                                                          .san = "DNS:localhost",
                                                          .extended_usage = "serverAuth"});
/// TLS 1.3 with AES-128 and P-256, no client certificate; two tickets follow the handshake.
MemoryServerOptions plain_options();
/// Trusts test_pki()'s root and speaks nothing but TLS 1.3.
tls::ClientSettings tls13_settings();

/// How one connection went, until neither side had more to say and the transport ended.
struct Attack {
  std::unique_ptr<tls::Client> client;
  tls::Output out;
  std::optional<tls::Alert> on_wire;  ///< the client's last alert as its records have it
  bool server_failed = false;

  bool done() const { return has_event(out, tls::EventKind::handshake_done); }
  bool failed() const { return has_event(out, tls::EventKind::failed); }
  /// "accepted", "truncated", the name of the alert that the client sent, or "no alert".
  std::string outcome() const;
};

/// One connection of `engine` to `target` under `edits`. Checks what holds for every attack: after
/// a failure nothing can be sent, and the alert of the facts is the one on the wire.
Attack attack(tls::Engine& engine, const Target& target, Edits edits,
              const tls::ConnectionSettings& connection = {.host = "localhost"});

/// Offsets by outcome.
using Tally = std::map<std::string, std::vector<std::size_t>>;
std::string to_string(const Tally& tally);

/// Checks what the client made of a lie.
void check_outcome(const Attack& attack, std::string_view outcome);

/// Runs `check` with a new engine of each kind.
void with_each_engine(
    const std::function<void(const TestedEngine& kind, tls::Engine& engine)>& check,
    const tls::ClientSettings& settings = tls13_settings());

/// The outcome that each engine has to come to; they differ where RFC 8446 leaves a choice.
struct Expected {
  std::string_view native;
  std::string_view libssl = native;

  std::string_view of(const TestedEngine& kind) const {
    return kind.name == "libssl" ? libssl : native;
  }
};

/// One attack with each engine on a server of `options`, judged.
void check_each(const std::function<Edits(const Target&)>& edits, const Expected& expected,
                const MemoryServerOptions& options = plain_options(),
                const tls::ClientSettings& settings = tls13_settings(),
                const tls::ConnectionSettings& connection = {.host = "localhost"});

/// The server lies in this message and signs for it.
Edits lie(const Target& target, std::function<void(Units&)> change);

}  // namespace handfast::test
