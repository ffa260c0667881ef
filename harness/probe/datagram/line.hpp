// DTLS over a UdpLine, step by step, with a path in between that a row may bend and a transcript of
// every datagram. Blocking; every wait has a deadline, and retransmissions happen while it waits.
//
//     client ──► path.out ──► weather ──► socket ──► peer
//     client ◄── path.in  ◄── weather ◄── socket ◄── peer
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/tls/client.hpp"
#include "harness/probe/datagram/path.hpp"
#include "harness/probe/datagram/udp.hpp"

namespace handfast::probe {

/// One datagram as it crossed the socket, or did not.
struct Crossing {
  bool sent = false;
  bool lost = false;      ///< the path swallowed it
  bool injected = false;  ///< not of our client's making
  Nanos at{};             ///< since the line was opened
  Bytes datagram;

  /// "-> ClientHello 213 B +0.1 ms", "<- alert ... (lost)".
  std::string text() const;
};

class DtlsLine {
 public:
  struct Options {
    Endpoint endpoint;
    LocalAddress local{};
    tls::ConnectionSettings connection{};  ///< host empty: the endpoint's
    DatagramPath path{};
  };

  /// Sends the first flight. `engine` speaks DTLS 1.2 and is shared with whoever keeps its
  /// sessions. The engine's own problem for settings that cannot work; an environment problem
  /// without a socket.
  static Result<DtlsLine> open(std::shared_ptr<tls::Engine> engine, Options options);

  /// True when our side of the handshake finished in time.
  bool handshake(TimePoint deadline);
  /// Sends application bytes in a datagram of their own; false when the connection cannot.
  bool send(ByteView plain);
  /// Feeds what arrives and sends flights again until `enough` holds, the connection is over, or
  /// the deadline passes.
  bool await(const std::function<bool()>& enough, TimePoint deadline);
  /// Sends close_notify; the socket stays open.
  void close_notify();
  /// Puts a datagram beside our client's on the wire; the path does not see it.
  void inject(ByteView datagram);
  /// The next datagram straight from the socket, which our client never sees: for what comes after
  /// its end. nullopt when none came.
  std::optional<Bytes> overhear(TimePoint deadline);
  /// What goes out and in from now on takes this way.
  void take_path(DatagramPath path);

  /// Application bytes that arrived, a record each; the caller removes what it takes.
  std::vector<Bytes>& inbox() { return inbox_; }
  const std::vector<Crossing>& crossings() const { return crossings_; }
  tls::Client& tls() { return *client_; }
  const tls::Client& tls() const { return *client_; }
  const UdpLine& udp() const { return udp_; }
  bool handshake_done() const { return handshake_done_; }
  bool peer_closed() const { return peer_closed_; }  ///< close_notify arrived
  bool over() const { return peer_closed_ || failed_ || udp_.refused(); }
  /// The newest ticket; null when none came.
  std::shared_ptr<const tls::Session> session() const { return session_; }
  TimePoint opened_at() const { return opened_at_; }

 private:
  /// One direction.
  struct Lane {
    Turn turn;
    std::optional<Impairment> weather;
  };

  DtlsLine(std::shared_ptr<tls::Engine> engine, std::unique_ptr<tls::Client> client, UdpLine udp);
  void step(TimePoint deadline);
  void absorb();
  void offer_out(ByteView datagram);
  void offer_in(ByteView datagram);
  void release();
  void put(ByteView datagram, bool injected);
  void feed(ByteView datagram);
  std::vector<Bytes> through(Lane& lane, ByteView datagram, bool sent);
  void note(ByteView datagram, bool sent, bool lost, bool injected);

  std::shared_ptr<tls::Engine> engine_;  ///< behind the client, which it outlives
  std::unique_ptr<tls::Client> client_;
  UdpLine udp_;
  Lane out_, in_;
  tls::Output output_;
  std::vector<Bytes> inbox_;
  std::vector<Crossing> crossings_;
  std::shared_ptr<const tls::Session> session_;
  TimePoint opened_at_ = Clock::now();
  bool handshake_done_ = false;
  bool peer_closed_ = false;
  bool failed_ = false;
};

}  // namespace handfast::probe
