// TLS over a RawConnection, step by step: a caller decides when and in which pieces the client's
// bytes go out, and may say anything in between. Blocking; every wait has a deadline.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/tls/client.hpp"
#include "core/tls/engine.hpp"
#include "harness/probe/raw.hpp"

namespace handfast::probe {

class TlsLine {
 public:
  /// Puts the client's bytes on the wire; false when the peer takes no more.
  using Sender = std::function<bool(RawConnection&, ByteView wire)>;

  struct Options {
    Endpoint endpoint;
    tls::ConnectionSettings connection;  ///< host empty: the endpoint's
    Nanos tcp = std::chrono::seconds(2);
    Bytes preface{};  ///< bare bytes before TLS, as a load balancer's header
    Sender sender{};  ///< empty: as they come, at once
    /// Application bytes in the same write as our Finished (TLS 1.3, and TLS 1.2 resumed); with a
    /// full handshake of TLS 1.2 right after the server's.
    Bytes with_finished{};
    Bytes early{};  ///< early data, when the session to resume allows it
  };

  /// Connects and sends the first flight. `engine` is shared with whoever keeps its sessions.
  /// Environment problem when nobody answers; the engine's own for settings that cannot work.
  static Result<TlsLine> open(std::shared_ptr<tls::Engine> engine, Options options);

  /// True when our side of the handshake finished in time.
  bool handshake(TimePoint deadline);
  /// Sends application bytes; false when the connection cannot.
  bool send(ByteView plain);
  /// Reads until `enough` holds, the connection is over, or the deadline passes.
  bool await(const std::function<bool()>& enough, TimePoint deadline);
  /// Waits until the peer ended, by close_notify, alert or on the transport.
  bool await_end(TimePoint deadline);
  /// Sends close_notify; the transport stays open.
  void close_notify();

  /// Application bytes that arrived; the caller removes what it takes.
  Bytes& inbox() { return inbox_; }
  RawConnection& raw() { return raw_; }
  const RawConnection& raw() const { return raw_; }
  tls::Client& tls() { return *client_; }
  const tls::Client& tls() const { return *client_; }
  /// What goes out from now on goes through `sender`.
  void send_through(Sender sender) { sender_ = std::move(sender); }

  bool handshake_done() const { return handshake_done_; }
  bool early_sent() const { return early_sent_; }
  bool with_finished_sent() const { return with_finished_sent_; }
  bool peer_closed() const { return peer_closed_; }  ///< close_notify arrived
  bool over() const { return peer_closed_ || failed_ || raw_.over(); }
  /// The newest ticket; null when none came.
  std::shared_ptr<const tls::Session> session() const { return session_; }

 private:
  TlsLine(std::shared_ptr<tls::Engine> engine, std::unique_ptr<tls::Client> client,
          RawConnection raw, Options options);
  void start();
  void take();
  void absorb();

  std::shared_ptr<tls::Engine> engine_;  ///< behind the client, which it outlives
  std::unique_ptr<tls::Client> client_;
  RawConnection raw_;
  Sender sender_;
  Bytes with_finished_, early_, inbox_;
  tls::Output output_;
  std::shared_ptr<const tls::Session> session_;
  bool handshake_done_ = false;
  bool early_sent_ = false;
  bool with_finished_sent_ = false;
  bool peer_closed_ = false;
  bool failed_ = false;
  bool end_told_ = false;
};

}  // namespace handfast::probe
