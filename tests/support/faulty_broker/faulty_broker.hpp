// An MQTT broker for tests, on libssl: a conforming peer with no switch on, and wrong in exactly
// one way with one (defects.hpp). What a conformance row is worth shows in which switches it
// notices.
//
//   MQTT   3.1.1 and 5.0: sessions and takeover, QoS 0 and 1, Will, keep alive. Nothing is
//   retained. TLS    1.2 and 1.3, tickets, client chains with client purpose, revocation over the
//   whole chain. WS     RFC 6455 at /mqtt, subprotocol mqtt.
//
// It reads CONNECT, frames and upgrades with code of its own, not with core/mqtt and
// core/websocket: a mistake that client and server share would cancel itself out.
//
// Conventions:
//   - `user/NAME/...` is published and read by the user NAME alone;
//   - subscribing to `whoami` delivers one message with the user's name, empty for none;
//   - a CONNECT whose password is "wrong" is refused: 4 (3.1.1), 0x86 (5.0). Where names count, so
//   is
//     a client whose certificate holds none that can be used, and one without certificate.
//
// What libssl does not let us do wrong: skip CertificateVerify in its state machine, leave out
// renegotiation_info, issue tickets of more than a week, accept a bad binder, Finished or record,
// and so a wrong pre-shared key; take a certificate whose name is no UTF-8. An identity of a
// pre-shared key ends at its first NUL.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/problem.hpp"
#include "harness/broker/broker.hpp"
#include "harness/broker/capabilities.hpp"
#include "tests/support/faulty_broker/defects.hpp"

namespace handfast::test {

/// Serves from start() to the destructor, on threads of its own: one a listener, one a connection.
class FaultyBroker {
 public:
  /// Environment problem for a file that cannot be read or does not fit, or a port that is taken.
  /// `log_file` gets the lines of log_lines(); empty: no file.
  static Result<std::unique_ptr<FaultyBroker>> start(
      const std::vector<broker::ListenerSettings>& listeners, const Defects& defects = {},
      const std::filesystem::path& log_file = {});
  ~FaultyBroker();
  FaultyBroker(const FaultyBroker&) = delete;
  FaultyBroker& operator=(const FaultyBroker&) = delete;

  /// What it can do with no switch on, in the keys of the catalogue.
  static broker::Capabilities capabilities();

  const std::vector<broker::Listener>& listeners() const;
  /// As mosquitto words them: "New client connected from 127.0.0.1:4711 as dev-1 (p4, c1, k60,
  /// u'dev-1')."
  std::vector<std::string> log_lines() const;
  /// Reads certificates, keys, trust and revocation lists again; returns when new connections see
  /// them. A listener whose files do not fit keeps what it had, and logs so.
  void reload();

 private:
  struct Running;
  explicit FaultyBroker(std::unique_ptr<Running> running);
  std::unique_ptr<Running> running_;
};

}  // namespace handfast::test
