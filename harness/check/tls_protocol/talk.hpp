// A whole connection under a script's control: TLS by either engine, then MQTT 3.1.1, one move at a
// time. What came of it is a Step.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/mqtt/packet.hpp"
#include "harness/check/script.hpp"
#include "harness/probe/line.hpp"

namespace handfast::check::tls_protocol {

struct TalkOptions {
  std::string listener = "one";
  std::optional<Endpoint> endpoint{};  ///< of another broker, in place of the listener's
  tls::EngineKind engine = tls::EngineKind::libssl;
  std::shared_ptr<tls::Engine> made{};  ///< in place of a new one: sessions are its own
  /// Chains are what other groups judge: nothing is verified here.
  tls::ClientSettings settings{.verify = false};
  std::string identity{};        ///< empty: none
  tls::Identity own_identity{};  ///< minted by the row itself, in place of a named one
  bool request_staple = false;
  bool record_messages = false;  ///< and the peer's chain
  tls::Mutation mutation = tls::Mutation::none;
  std::shared_ptr<const tls::Session> resume{};
  std::string server_name{};  ///< SNI; empty: the listener's host
  probe::TlsLine::Sender sender{};
  bool connect_with_finished = false;  ///< CONNECT in the same write as our Finished
  bool connect_early = false;          ///< CONNECT as early data, when the session allows it
  Bytes more_early{};                  ///< behind that CONNECT
  Bytes more_with_finished{};          ///< behind that CONNECT
  std::string client_id{};             ///< empty: a fresh one
  bool clean_session = true;
  std::optional<mqtt::Will> will{};
  std::uint16_t keep_alive_s = 60;
  std::optional<std::string> user_name{};  ///< in CONNECT
  /// In place of what the listener asks for; an empty user: CONNECT has neither.
  std::optional<broker::Login> login{};
  std::optional<tls::ExternalPsk> psk{};  ///< in place of certificates
  Bytes preface{};                        ///< before TLS: a PROXY header
};

class Talk {
 public:
  /// Connects and sends the first flight. Problem: our own settings do not work, or nobody listens.
  static Result<Talk> open(Bench& bench, TalkOptions options);

  /// Our side of the handshake.
  bool handshake();
  /// CONNECT, unless it went out before, and CONNACK 0.
  bool connect();
  /// PINGREQ and PINGRESP.
  bool ping();
  /// All three; what else could be asked of a connection.
  bool to_pingresp() { return handshake() && connect() && ping(); }

  bool send(const mqtt::Packet& packet);
  /// The next packet of that type; others in front of it are dropped. nullopt when the peer ends or
  /// `limit` passes.
  std::optional<mqtt::Packet> await(mqtt::PacketType type, Nanos limit);
  /// Waits for the end of the connection.
  bool await_end(Nanos limit) { return line_.await_end(Clock::now() + limit); }
  /// Notes that what was asked last was answered, or not, for step().
  void note(bool answered, std::string stage);

  const std::string& client_id() const { return client_id_; }
  /// Of the CONNACK; nullopt before one came.
  std::optional<bool> session_present() const { return session_present_; }
  const Bytes& connect_bytes() const { return connect_; }
  const probe::Timeouts& timeouts() const { return timeouts_; }
  probe::TlsLine& line() { return line_; }
  /// Accept when the last move was answered, else what ended it.
  Step step(std::string what) const;

 private:
  Talk(probe::TlsLine line, probe::Timeouts timeouts, std::string client_id, Bytes connect)
      : line_(std::move(line)),
        timeouts_(timeouts),
        client_id_(std::move(client_id)),
        connect_(std::move(connect)) {}
  probe::Outcome outcome() const;

  probe::TlsLine line_;
  probe::Timeouts timeouts_;
  std::string client_id_;
  Bytes connect_;
  bool answered_ = false;
  std::string stage_ = "tls";
  std::optional<std::uint8_t> connack_code_;
  std::optional<bool> session_present_;
  std::string trouble_;
};

/// A CONNECT of 3.1.1 that a good client with `identity` sends to `listener`, with the user name
/// that is asked for there.
mqtt::Connect connect_at(const Bench& bench, const std::string& listener, std::string client_id,
                         const std::string& identity = {});

/// A Step of the whole way up to PINGRESP; a problem of ours goes to `evidence`.
Step whole_connection(Bench& bench, std::string what, TalkOptions options,
                      ScriptEvidence& evidence);

}  // namespace handfast::check::tls_protocol
