#include "harness/probe/detail/framing.hpp"

#include <fmt/format.h>
#include <openssl/rand.h>

#include "core/base/text.hpp"
#include "core/tls/openssl.hpp"
#include "core/websocket/frame.hpp"

namespace handfast::probe::detail {

namespace {

/// RFC 6455 §5.3: the key of each frame must be unpredictable to the peer.
websocket::MaskKey fresh_mask() {
  websocket::MaskKey key{};
  RAND_bytes(key.data(), static_cast<int>(key.size()));
  return key;
}

}  // namespace

void Framing::unwrap(Bytes& inbox, Bytes& mqtt, Bytes&) {
  mqtt.insert(mqtt.end(), inbox.begin(), inbox.end());
  inbox.clear();
}

Bytes Framing::wrap(ByteView mqtt) { return {mqtt.begin(), mqtt.end()}; }

Result<std::unique_ptr<WebSocketFraming>> WebSocketFraming::make(const Endpoint& endpoint,
                                                                 const std::string& origin) {
  std::unique_ptr<WebSocketFraming> framing(new WebSocketFraming);
  auto& request = framing->request_;
  request.host = endpoint.authority();
  request.path = endpoint.path;
  request.origin = origin;
  if (RAND_bytes(request.nonce.data(), static_cast<int>(request.nonce.size())) != 1) {
    return tls::openssl_problem(ProblemKind::internal, "no random bytes for the WebSocket key");
  }
  auto text = websocket::render_request(request);
  if (!text) return text.error();
  framing->request_text_ = std::move(*text);
  return framing;
}

bool WebSocketFraming::take_response(Bytes& inbox) {
  auto response = websocket::parse_response(inbox, request_);
  if (response.need_more()) return false;
  if (response) {
    open_ = true;
    enter(websocket::State::open);
    http_status_ = response->status;
    inbox.erase(inbox.begin(), inbox.begin() + static_cast<std::ptrdiff_t>(response->consumed));
  } else {
    http_status_ = response.error().http_status;
    ended_ = "WebSocket upgrade refused: " + response.error().text();
  }
  return true;
}

void WebSocketFraming::unwrap(Bytes& inbox, Bytes& mqtt, Bytes& reply) {
  ByteView input = inbox;
  while (ended_.empty()) {
    auto event = decoder_.next(input);
    if (event.need_more()) break;
    if (!event) {
      ended_ = "broken WebSocket frame: " + event.error().text();
      break;
    }
    switch (event->kind) {
      case websocket::Event::Kind::data:
        mqtt.insert(mqtt.end(), event->payload.begin(), event->payload.end());
        break;
      case websocket::Event::Kind::ping:
        websocket::encode_frame(
            reply, {.opcode = websocket::Opcode::pong, .fin = true, .mask = fresh_mask()},
            event->payload);
        break;
      case websocket::Event::Kind::close:
        enter(websocket::State::closing);
        ended_ =
            fmt::format("WebSocket Close {} {}{}{}", event->close_code,
                        websocket::close_code_name(event->close_code),
                        event->payload.empty() ? "" : ": ", printable(as_text(event->payload)));
        break;
      case websocket::Event::Kind::message_end:
      case websocket::Event::Kind::pong:
        break;
    }
  }
  inbox.clear();
}

Bytes WebSocketFraming::close() {
  Bytes out;
  websocket::encode_close(out, websocket::close_code::normal_closure, {}, fresh_mask());
  enter(websocket::State::closing);
  return out;
}

Bytes WebSocketFraming::wrap(ByteView mqtt) {
  Bytes out;
  websocket::encode_frame(
      out, {.opcode = websocket::Opcode::binary, .fin = true, .mask = fresh_mask()}, mqtt);
  return out;
}

}  // namespace handfast::probe::detail
