#include "loadgen/session.hpp"

#include <cerrno>

#include "core/mqtt/connack.hpp"
#include "core/mqtt/connect.hpp"
#include "core/mqtt/disconnect.hpp"
#include "core/mqtt/ping.hpp"
#include "core/websocket/frame.hpp"
#include "loadgen/cause.hpp"

namespace handfast::loadgen {
namespace {

/// True when the bytes cannot be the beginning of a CONNACK.
bool starts_foreign(ByteView bytes) {
  return !bytes.empty() && bytes[0] >> 4 != static_cast<int>(mqtt::PacketType::connack);
}

}  // namespace

Session::Session(const Protocol& protocol, std::unique_ptr<tls::Client> client,
                 std::string client_id, TimePoint now)
    : protocol_(protocol),
      client_(std::move(client)),
      name_(std::make_unique<Name>(Name{.client_id = std::move(client_id)})),
      phase_begin_(now),
      reader_(protocol.max_packet_bytes),
      keep_alive_s_(protocol.keep_alive_s) {}

void Session::identify(std::uint64_t client, std::uint64_t number) {
  name_->client = client;
  name_->number = number;
}

void Session::on_connected(Exchange& io) {
  if (state_ != State::tcp) return;
  if (protocol_.datagrams) {
    if (!began_again_) phase_begin_ = io.clock();
  } else {
    finish_phase(stats::Phase::tcp, io);
  }
  if (stops_at(StopAt::tcp)) return;
  if (!client_) return begin_above_transport(io);
  state_ = State::tls;
  start_tls(io);
  if (stops_at(StopAt::client_hello)) return;
  pump_tls(io);
}

void Session::on_bytes(ByteView bytes, Exchange& io) {
  if (over() || state_ == State::silent) return;
  if (!client_) return on_plain(bytes, io);
  client_->feed(bytes, io.out);
  pump_tls(io);
}

void Session::on_end(int error, Exchange& io) {
  if (over()) return;
  if (protocol_.datagrams)
    return fail(error == ECONNREFUSED ? cause_no_listener : errno_cause(error));
  if (client_ && state_ != State::silent) {
    client_->feed_end(io.out);
    const tls::Failure& why = client_->failure();
    // A reset tells less than an alert that came before it.
    if (why.cause != tls::Cause::none && why.cause != tls::Cause::truncated) {
      return fail(tls_cause(why));
    }
  }
  const int cause = write_error_ != 0 ? write_error_ : error;
  fail(cause == 0 ? cause_closed : errno_cause(cause));
}

void Session::on_write_error(int error) {
  if (!over() && write_error_ == 0) write_error_ = static_cast<std::int16_t>(error);
}

void Session::on_deadline() {
  if (over()) return;
  if (protocol_.datagrams && state_ == State::tls)
    return fail(stall_cause(tls::stall_of(*client_->datagrams(), false)));
  fail(write_error_ != 0 ? errno_cause(write_error_) : cause_deadline);
}

void Session::fail_local(std::string cause) {
  if (over()) return;
  failure_ = std::make_unique<const stats::FailureKey>("tls", std::move(cause));
  state_ = State::failed;
}

void Session::ping(Exchange& io) {
  if (state_ != State::established) return;
  io.packet.clear();
  mqtt::encode_pingreq(io.packet);
  ping_outstanding_ = true;
  send_packets(io.packet, io);
}

void Session::disconnect(Exchange& io) {
  if (over()) return;
  const bool polite = protocol_.close == CloseStyle::disconnect;
  const bool standing = state_ == State::established || state_ == State::ticket;
  if (polite && standing && protocol_.mqtt) say_disconnect(io);
  const bool notifies = polite || protocol_.close == CloseStyle::close_notify;
  if (client_ && notifies && state_ != State::silent) {
    client_->close(tls::CloseStyle::close_notify, io.out);
  }
  state_ = State::closed;
}

void Session::say_disconnect(Exchange& io) {
  io.packet.clear();
  // DISCONNECT without a code is two bytes in both versions; encoding it cannot fail.
  (void)mqtt::encode_disconnect(io.packet, protocol_.version, {});
  send_packets(io.packet, io);
  if (!decoder_) return;
  io.frame.clear();
  websocket::encode_close(io.frame, websocket::close_code::normal_closure, {}, mask(io));
  send_bytes(io.frame, io);
}

/// True when this is the point to fall silent at, which has then happened.
bool Session::stops_at(StopAt point) {
  if (stop_at_ != point) return false;
  state_ = State::silent;
  return true;
}

void Session::release_buffers() {
  if (client_) client_->release_buffers();
  reader_.release();
}

/// Acts on what TLS has to say. Sending from in here may add events, so the list is walked by
/// index.
void Session::pump_tls(Exchange& io) {
  for (std::size_t i = 0; i < io.out.events.size() && !over() && state_ != State::silent; ++i) {
    const tls::Event event = io.out.events[i];
    switch (event.kind) {
      case tls::EventKind::handshake_done:
        finish_handshake(io);
        break;
      case tls::EventKind::data:
        on_plain(ByteView(io.out.plain).subspan(event.begin, event.end - event.begin), io);
        break;
      case tls::EventKind::closed:
        fail(cause_closed);
        break;
      case tls::EventKind::failed:
        fail(broken_tls_cause());
        break;
      case tls::EventKind::session:
        has_ticket_ = true;
        // Of two that came together the second event finds nothing new.
        if (auto session = client_->take_session()) io.ticket = std::move(session);
        if (state_ == State::ticket) disconnect(io);
        break;
      case tls::EventKind::alert_received:
      case tls::EventKind::alert_sent:
        break;  // a fatal alert ends in `failed`, which carries it
    }
  }
}

void Session::begin_above_transport(Exchange& io) {
  if (protocol_.websocket) {
    state_ = State::upgrade;
    return send_upgrade(io);
  }
  state_ = State::connack;
  send_connect(io);
}

void Session::send_upgrade(Exchange& io) {
  opening_ = std::make_unique<Opening>();
  opening_->request.host = protocol_.authority;
  opening_->request.path = protocol_.path;
  opening_->request.origin = protocol_.origin;
  for (auto& byte : opening_->request.nonce) byte = static_cast<std::uint8_t>(io.random.next());
  const auto text = websocket::render_request(opening_->request);
  // run() has rendered one with the same host and path before it let this session begin.
  if (!text) return fail("http:local");
  send_bytes(as_bytes(*text), io);
}

void Session::send_connect(Exchange& io) {
  if (!write_connect(io)) return;
  const bool silent = stops_at(StopAt::connect);
  if (silent) io.packet.resize(io.packet.size() / 2);
  send_packets(io.packet, io);
}

/// CONNECT into io.packet.
bool Session::write_connect(Exchange& io) {
  mqtt::Connect connect;
  connect.version = protocol_.version;
  connect.client_id = name_->client_id;
  connect.keep_alive_s = protocol_.keep_alive_s;
  if (protocol_.connect) protocol_.connect->apply(connect, name_->client, name_->number);
  io.packet.clear();
  // run() has checked the lengths, the only thing that can be wrong with it.
  if (mqtt::encode_connect(io.packet, connect)) return true;
  fail("mqtt:local");
  return false;
}

/// Sends whole packets, in a frame of their own where WebSocket carries MQTT; one frame may hold
/// several of them (MQTT 5.0 [MQTT-6.0.0-2]).
void Session::send_packets(ByteView packets, Exchange& io) {
  if (dialogue_) {
    Dialogue::Step step;
    dialogue_->send(packets, io.clock(), step);
    return carry_out(step, io);
  }
  if (!decoder_) return send_bytes(packets, io);
  io.frame.clear();
  websocket::encode_frame(io.frame, {.mask = mask(io)}, packets);
  send_bytes(io.frame, io);
}

void Session::send_bytes(ByteView bytes, Exchange& io) {
  if (!client_) {
    io.out.wire.insert(io.out.wire.end(), bytes.begin(), bytes.end());
    return;
  }
  if (!client_->send(bytes, io.out) && !over()) fail(tls_cause(client_->failure()));
}

void Session::on_plain(ByteView bytes, Exchange& io) {
  if (over() || !protocol_.mqtt) return;
  if (dialogue_) {
    Dialogue::Step step;
    dialogue_->receive(bytes, io.clock(), step);
    return carry_out(step, io);
  }
  if (state_ == State::upgrade) return on_upgrade_answer(bytes, io);
  if (decoder_) return on_frames(bytes, io);
  on_mqtt(bytes, io);
}

void Session::on_upgrade_answer(ByteView bytes, Exchange& io) {
  Bytes& received = opening_->received;
  received.insert(received.end(), bytes.begin(), bytes.end());
  const auto answer = websocket::parse_response(received, opening_->request);
  if (answer.need_more()) return;
  if (answer.has_error()) {
    const auto status = answer.error().http_status;
    return fail(status && *status != 101 ? http_cause(*status) : "http:protocol");
  }
  finish_phase(stats::Phase::upgrade, io);
  state_ = State::connack;
  decoder_ = std::make_unique<websocket::FrameDecoder>(websocket::Role::client);
  const std::unique_ptr<Opening> done = std::move(opening_);
  send_connect(io);
  const ByteView behind = ByteView(done->received).subspan(answer->consumed);
  if (!behind.empty()) on_frames(behind, io);
}

void Session::on_frames(ByteView bytes, Exchange& io) {
  while (!over()) {
    const auto event = decoder_->next(bytes);
    if (event.need_more()) return;
    if (event.has_error()) return fail("websocket:protocol");
    switch (event->kind) {
      case websocket::Event::Kind::data:
        on_mqtt(event->payload, io);
        break;
      case websocket::Event::Kind::ping:
        io.frame.clear();
        websocket::encode_frame(io.frame, {.opcode = websocket::Opcode::pong, .mask = mask(io)},
                                event->payload);
        send_bytes(io.frame, io);
        break;
      case websocket::Event::Kind::close:
        return fail(websocket_close_cause(event->close_code));
      case websocket::Event::Kind::message_end:
      case websocket::Event::Kind::pong:
        break;
    }
  }
}

void Session::on_mqtt(ByteView bytes, Exchange& io) {
  reader_.feed(bytes);
  while (!over()) {
    const auto frame = reader_.next();
    if (frame.need_more()) {
      // A peer of another protocol ("HTTP/1.1 ...") rarely fills the packet that its first bytes
      // announce.
      if (state_ == State::connack && starts_foreign(reader_.pending()))
        fail(cause_unexpected_packet);
      return;
    }
    if (frame.has_error()) return fail(cause_malformed);
    if (state_ == State::connack) {
      on_connack(*frame, io);
    } else {
      on_packet(*frame, io);
    }
  }
}

void Session::on_connack(const mqtt::Frame& frame, Exchange& io) {
  if (frame.type != mqtt::PacketType::connack) return fail(cause_unexpected_packet);
  const auto connack = mqtt::decode_connack(frame, protocol_.version);
  if (!connack) return fail(cause_malformed);
  if (connack->code != 0) return fail(connack_cause(protocol_.version, connack->code));
  if (const auto overruled =
          mqtt::find_number(connack->properties, mqtt::PropertyId::server_keep_alive)) {
    keep_alive_s_ = static_cast<std::uint16_t>(*overruled);
  }
  finish_phase(stats::Phase::connack, io);
  state_ = State::established;
  io.established = true;
  name_.reset();
  if (!activity_) return;
  if (auto failure = activity_->begin(*connack, phase_begin_, io.outbox)) {
    fail_as(std::move(*failure));
  }
}

void Session::finish_phase(stats::Phase phase, Exchange& io) {
  const TimePoint now = io.clock();
  io.phases.push_back({phase, phase_begin_, now});
  phase_begin_ = now;
}

void Session::fail(std::string cause) {
  fail_as({.phase = phase_name(), .cause = std::move(cause)});
}

void Session::fail_as(stats::FailureKey failure) {
  if (state_ == State::ticket) {  // all that it was to do is done
    state_ = State::closed;
    return;
  }
  failure_ = std::make_unique<const stats::FailureKey>(std::move(failure));
  state_ = State::failed;
}

std::string Session::phase_name() const {
  switch (state_) {
    case State::tcp:
      return "tcp";
    case State::tls:
      return "tls";
    case State::upgrade:
      return "upgrade";
    case State::connack:
      return "connack";
    case State::silent:
      return "silent";
    case State::established:
    case State::ticket:
    case State::closed:
    case State::failed:
      break;
  }
  return "established";
}

websocket::MaskKey Session::mask(Exchange& io) {
  const std::uint64_t bits = io.random.next();
  return {static_cast<std::uint8_t>(bits), static_cast<std::uint8_t>(bits >> 8),
          static_cast<std::uint8_t>(bits >> 16), static_cast<std::uint8_t>(bits >> 24)};
}

}  // namespace handfast::loadgen
