// MQTT bytes over a byte stream or over WebSocket frames; what arrived stays visible either way.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/endpoint.hpp"
#include "core/base/problem.hpp"
#include "core/websocket/decoder.hpp"
#include "core/websocket/handshake.hpp"
#include "core/websocket/state.hpp"

namespace handfast::probe::detail {

/// Turns application bytes into MQTT bytes and back. The default is MQTT on a bare stream.
class Framing {
 public:
  virtual ~Framing() = default;

  /// Moves what `inbox` holds to the end of `mqtt`; bytes that answer the peer (a pong) go to
  /// `reply`.
  virtual void unwrap(Bytes& inbox, Bytes& mqtt, Bytes& reply);
  /// MQTT bytes as they go onto the stream.
  virtual Bytes wrap(ByteView mqtt);
  /// What the peer did on this layer that ends the conversation; empty while it goes on.
  virtual std::string ended() const { return {}; }
};

/// RFC 6455 as a client: the opening handshake, then binary frames.
class WebSocketFraming final : public Framing {
 public:
  /// `origin` goes into the Origin field; empty: no such field. Usage problem for a path or origin
  /// that cannot stand in a request.
  static Result<std::unique_ptr<WebSocketFraming>> make(const Endpoint& endpoint,
                                                        const std::string& origin);

  const std::string& request() const { return request_text_; }
  /// Looks for the answer at the start of `inbox` and takes it away; true when there is a verdict.
  bool take_response(Bytes& inbox);
  bool open() const { return open_; }
  std::optional<int> http_status() const { return http_status_; }

  void unwrap(Bytes& inbox, Bytes& mqtt, Bytes& reply) override;
  Bytes wrap(ByteView mqtt) override;
  std::string ended() const override { return ended_; }

  /// The Close frame (1000, normal closure) that begins our closing handshake.
  Bytes close();
  /// The connection below is gone.
  void closed() { enter(websocket::State::closed); }
  /// Every state that was passed, the first one (CONNECTING) included.
  const std::vector<websocket::State>& states() const { return states_; }

 private:
  WebSocketFraming() = default;
  void enter(websocket::State state) {
    if (states_.back() < state) states_.push_back(state);
  }

  websocket::UpgradeRequest request_;
  std::string request_text_;
  websocket::FrameDecoder decoder_{websocket::Role::client};
  bool open_ = false;
  std::optional<int> http_status_;
  std::string ended_;
  std::vector<websocket::State> states_{websocket::State::connecting};
};

}  // namespace handfast::probe::detail
