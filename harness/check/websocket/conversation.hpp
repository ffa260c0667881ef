// A whole wss connection under a row's control: TLS, the upgrade, frames, MQTT 3.1.1 inside them,
// one move at a time. What came of it is a Step.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/mqtt/packet.hpp"
#include "harness/check/script.hpp"
#include "harness/check/websocket/frames.hpp"
#include "harness/check/websocket/request.hpp"
#include "harness/probe/line.hpp"

namespace handfast::check::wss {

struct Options {
  std::string listener = "wss-one";
  std::string identity{};           ///< empty: none
  std::vector<std::string> alpn{};  ///< names that are offered; empty: no ALPN
  std::optional<mqtt::Will> will{};
  /// TLS is a part of what the row judges; else a handshake that fails leaves its stimulus unsent.
  bool judges_tls = false;
};

class Conversation {
 public:
  /// Connects and shakes hands; the chain is what other groups judge and is not verified. Problem:
  /// our own settings do not work, or nobody listens. Whether TLS came about, tls_done() tells.
  static Result<Conversation> open(Bench& bench, const Options& options);

  bool tls_done() const { return line_.handshake_done(); }
  const Endpoint& endpoint() const { return endpoint_; }
  const probe::Timeouts& timeouts() const { return timeouts_; }

  /// Sends the request and waits for the answer; true for 101. step() then tells of both.
  bool upgrade(const Request& request);
  /// Waits for the answer to a request that went out by send(), with that key.
  bool await_upgrade(const std::string& key) { return await_upgrade(key, timeouts_.upgrade); }
  bool await_upgrade(const std::string& key, Nanos limit);
  /// The usual one.
  bool upgrade() { return upgrade(usual_request(endpoint_)); }
  const std::optional<Answer>& answer() const { return answer_; }

  /// Bytes as they are, in a TLS record of their own.
  void send(ByteView bytes) { line_.send(bytes); }
  void send(std::string_view text) { send(as_bytes(text)); }
  void send(const Frame& frame);
  /// A packet in a binary message of its own.
  void send(const mqtt::Packet& packet);

  /// CONNECT in one frame and CONNACK 0.
  bool connect();
  /// CONNACK 0 for a CONNECT that went out by other means.
  bool await_connack();
  /// PINGREQ and PINGRESP.
  bool ping();
  /// CONNECT, CONNACK and PINGRESP.
  bool to_pingresp() { return connect() && ping(); }
  /// SUBSCRIBE with QoS 0 and SUBACK.
  bool subscribe(const std::string& topic);
  /// The next packet of that type; others in front of it are dropped.
  std::optional<mqtt::Packet> await(mqtt::PacketType type, Nanos limit);
  /// Waits for a pong with that payload.
  bool await_pong(std::string_view payload);
  /// Waits for a close frame, or for the end of the connection.
  bool await_end(Nanos limit);
  /// Waits for the end of the connection below, whatever frames say.
  bool await_line_end(Nanos limit);

  /// Deals with a frame that a row took off the line by itself.
  void take(SeenFrame frame);

  /// Notes that what was asked last was answered, or not.
  void note(bool answered, std::string stage);
  /// The peer ended it in a way that the line does not show: a rejection.
  void give_up(std::string why) { trouble_ = std::move(why); }

  const Bytes& connect_bytes() const { return connect_; }
  const std::string& client_id() const { return client_id_; }
  /// All frames that came; those with data without their payload.
  const std::vector<SeenFrame>& frames() const { return frames_; }
  const std::optional<std::uint16_t>& close_code() const { return close_code_; }
  bool close_seen() const { return close_seen_; }
  probe::TlsLine& line() { return line_; }

  /// Accept when the last move was answered, else what ended it. Facts: "http", "subprotocol",
  /// "accept hash", "alpn", "close code", "ended by".
  Step step(std::string what) const;

 private:
  Conversation(probe::TlsLine line, Endpoint endpoint, probe::Timeouts timeouts,
               std::string client_id, Bytes connect)
      : line_(std::move(line)),
        endpoint_(std::move(endpoint)),
        timeouts_(timeouts),
        client_id_(std::move(client_id)),
        connect_(std::move(connect)) {}

  /// Reads frames until `enough` holds, the conversation is over, or `limit` passes.
  bool read_until(const std::function<bool()>& enough, Nanos limit);
  void take_frames();
  bool over() const { return close_seen_ || line_.over(); }
  probe::Outcome outcome() const;
  std::string ended_by() const;

  probe::TlsLine line_;
  Endpoint endpoint_;
  probe::Timeouts timeouts_;
  std::string client_id_;
  Bytes connect_;

  std::string key_;
  std::optional<Answer> answer_;
  Bytes mqtt_;  ///< payload of data frames, not yet taken
  std::vector<SeenFrame> frames_;
  bool close_sent_ = false;
  bool close_seen_ = false;
  std::optional<std::uint16_t> close_code_;
  std::optional<std::uint8_t> connack_code_;
  std::string trouble_;
  bool answered_ = false;
  std::string stage_ = "tls";
};

/// Opens a conversation and gives it to `play`, whose Step is the result: facts, a detail, and
/// `not_sent` where it could not put the stimulus on the wire. A problem of ours goes to
/// `evidence`.
Step with_conversation(Bench& bench, ScriptEvidence& evidence, const std::string& what,
                       const Options& options,
                       const std::function<void(Conversation&, Step&)>& play);

}  // namespace handfast::check::wss
