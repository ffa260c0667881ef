#include "tests/support/faulty_broker/connection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace handfast::test::faulty {

namespace {

constexpr auto handshake_time = std::chrono::seconds(10);
constexpr auto short_handshake_time = std::chrono::milliseconds(1500);
constexpr auto for_ever = std::chrono::hours(24);
constexpr std::uint64_t storm_failures = 150;

/// A TLS record header and the first four bytes of the message in it: does the record hold it all?
bool holds_whole_message(const Bytes& head) {
  const std::size_t record = static_cast<std::size_t>(head[3]) << 8U | head[4];
  const std::size_t message =
      static_cast<std::size_t>(head[6]) << 16U | static_cast<std::size_t>(head[7]) << 8U | head[8];
  return record >= message + 4;
}

}  // namespace

Connection::Connection(World& world, Door& door, broker::Descriptor socket, std::string peer)
    : world_(world), door_(door), stream_(std::move(socket), world), peer_(std::move(peer)) {}

void Connection::run() {
  const auto& d = world_.defects;
  auto time = std::chrono::nanoseconds(handshake_time);
  if (d.short_handshake_deadline) time = short_handshake_time;
  if (d.no_handshake_deadline) time = for_ever;
  const auto deadline = Clock::now() + time;
  const auto transport = door_.settings.kind.transport;
  if (door_.settings.proxy_protocol || d.proxy_header_anywhere) end_ = open_proxy(deadline);
  if (end_ == End::none && uses_tls(transport)) end_ = open_tls(deadline);
  if (end_ == End::none && uses_websocket(transport)) end_ = open_websocket(deadline);
  if (end_ == End::none) end_ = await_connect();
  if (end_ == End::none) end_ = serve();
  finish();
}

Connection::End Connection::open_proxy(TimePoint deadline) {
  const auto& d = world_.defects;
  std::size_t seen = 0;
  for (;;) {
    const auto bytes = stream_.peek_beyond(seen, deadline);
    if (bytes.empty()) return End::rejected;
    const bool first = seen == 0;
    seen = bytes.size();
    auto taken = take_proxy_header(bytes, d);
    const bool stalls = d.proxy_stalls && (taken.size > 1024 || (taken.more && first));
    if (stalls) {
      stream_.peek(seen + (std::size_t{1} << 20U), Clock::now() + for_ever);
      return End::rejected;
    }
    if (taken.more) continue;
    const bool optional = d.proxy_header_optional || d.proxy_header_anywhere;
    if (!taken.header) return optional && taken.none ? End::none : End::rejected;
    stream_.skip(taken.size);
    header_ = std::move(*taken.header);
    if (!header_.source.empty()) peer_ = header_.source;
    if (door_.settings.proxy_names_users && !proves_certificate(header_, d)) return End::rejected;
    return End::none;
  }
}

Connection::End Connection::open_tls(TimePoint deadline) {
  const auto& d = world_.defects;
  constexpr std::uint8_t connect_byte = 0x10;
  constexpr std::size_t record_and_message_head = 9;
  if (d.answers_clear_text && stream_.peek(1, deadline) == Bytes{connect_byte}) return End::none;
  if (d.needs_whole_hello) {
    const auto head = stream_.peek(record_and_message_head, deadline);
    if (head.empty() || !holds_whole_message(head)) return End::rejected;
  }
  if (d.needs_hello_in_one_read) {
    constexpr std::size_t record_head = 5;
    const auto head = stream_.peek_beyond(0, deadline);
    if (head.size() < record_head ||
        head.size() < record_head + (std::size_t{head[3]} << 8U | head[4])) {
      return End::rejected;
    }
  }
  std::unique_lock turn(door_.handshake_turn, std::defer_lock);
  if (d.handshake_blocks_listener || d.rejection_stops_listener) turn.lock();
  if (door_.closed) {  // was accepted while a client before it had read its alert already
    stream_.drain(deadline);
    return End::rejected;
  }
  const auto got = stream_.handshake(door_.context(), deadline, mqtt_);
  if (got == Got::data) {
    if (!mqtt_.empty() && uses_websocket(door_.settings.kind.transport)) raw_.swap(mqtt_);
    if (d.loses_data_with_finished) {
      Bytes lost;
      stream_.read(lost, Clock::now());
    }
    return End::none;
  }
  if (got == Got::stopped) return End::stopped;
  note_failed_handshake(got);
  return End::rejected;
}

void Connection::note_failed_handshake(Got why) {
  const auto& d = world_.defects;
  const auto count = ++door_.failures;
  ++world_.failures;
  world_.log.say(fmt::format("Client {} disconnected: TLS handshake {}.", peer_,
                             why == Got::timeout ? "timed out" : "failed"));
  if (stream_.notes().stops_listener) door_.closed = true;
  const bool broke_off = why == Got::truncated || why == Got::end;
  if ((d.rejection_stops_listener && why == Got::failed) || (d.abort_stops_listener && broke_off) ||
      (d.storm_stops_listener && count >= storm_failures)) {
    door_.closed = true;
  }
}

Connection::End Connection::open_websocket(TimePoint deadline) {
  websocket_ = std::make_unique<WebSocketServer>(world_.defects);
  for (;;) {
    Bytes reply;
    const auto step = websocket_->take_request(raw_, reply);
    stream_.write(reply);
    if (step == WebSocketServer::Step::open) return End::none;
    if (step == WebSocketServer::Step::refused) {
      websocket_.reset();
      return End::rejected;
    }
    if (step == WebSocketServer::Step::silent) raw_.clear();
    const auto got = stream_.read(raw_, deadline);
    if (got != Got::data) {
      websocket_.reset();
      return got == Got::stopped ? End::stopped : End::rejected;
    }
  }
}

Connection::End Connection::receive(TimePoint deadline) {
  if (announced_ != End::none) {
    stream_.write(farewell_);
    return announced_;
  }
  auto& into = websocket_ ? raw_ : mqtt_;
  const auto before = into.size();
  switch (stream_.read(into, deadline, mailbox_ ? mailbox_->bell() : -1)) {
    case Got::data:
      last_heard_ = Clock::now();
      if (into.size() == before) return End::none;
      return websocket_ ? take_received() : End::none;
    case Got::bell:
      return End::none;
    case Got::timeout:
      return End::timeout;
    case Got::end:
      return End::close_notify;
    case Got::stopped:
      return End::stopped;
    default:
      return End::lost;
  }
}

/// From frames to MQTT.
Connection::End Connection::take_received() {
  Bytes reply;
  const auto ending = websocket_->take_frames(raw_, mqtt_, reply, farewell_);
  stream_.write(reply);
  switch (ending) {
    case WebSocketServer::Ending::none:
      return End::none;
    case WebSocketServer::Ending::closed:
      announced_ = End::websocket_close;
      return End::none;
    case WebSocketServer::Ending::failed:
      announced_ = End::malformed;
      return End::none;
    case WebSocketServer::Ending::deadly:
      world_.crashed = true;
      world_.stop();
      return End::stopped;
  }
  return End::none;
}

void Connection::send(ByteView mqtt) {
  if (!websocket_) {
    stream_.write(mqtt);
  } else if (!mqtt.empty()) {
    Bytes framed;
    websocket_->put(framed, mqtt);
    stream_.write(framed);
  }
  if (mailbox_) mailbox_->note_unsent(stream_.unsent());
}

void Connection::finish() {
  if (connect_) {
    if (end_ == End::lost && world_.defects.delivers_truncated_publish) deliver_truncated();
    publish_will();
    world_.hub.leave(connect_->client_id, *mailbox_);
    world_.log.say(fmt::format("Client {} disconnected.", connect_->client_id));
  }
  constexpr std::uint16_t normal_closure = 1000;
  constexpr std::uint16_t policy_violation = 1008;
  if (websocket_ && (end_ == End::disconnect || end_ == End::timeout || end_ == End::kicked ||
                     end_ == End::refused)) {
    Bytes close;
    websocket_->put_close(close, end_ == End::disconnect ? normal_closure : policy_violation);
    stream_.write(close);
  }
  if (end_ == End::stopped && world_.crashed) {
    stream_.abort();
  } else {
    constexpr std::uint8_t level_of_5_0 = 5;
    static constexpr std::array<std::uint8_t, 3> server_shutting_down{0xe0, 1, 0x8b};
    if (end_ == End::stopped && connect_ && connect_->level == level_of_5_0)
      send(server_shutting_down);
    stream_.close();
  }
}

/// [MQTT-3.1.2-8]: unless DISCONNECT came.
void Connection::publish_will() {
  if (!connect_->will || end_ == End::stopped) return;
  const auto& d = world_.defects;
  const bool wanted = (end_ != End::disconnect || d.will_after_disconnect) &&
                      (end_ != End::close_notify || !d.no_will_on_close_notify) &&
                      (end_ != End::lost || !d.no_will_on_truncation) &&
                      (end_ != End::websocket_close || !d.ws_no_will_on_close);
  if (wanted) world_.hub.publish(user_, *connect_->will);
}

void Connection::deliver_truncated() {
  // At least the header and the topic's length; what is missing at the end was payload.
  if (mqtt_.size() < 4 || mqtt_[0] >> 4 != publish_packet) return;
  auto after_length = std::find_if(mqtt_.begin() + 1, mqtt_.end(),
                                   [](std::uint8_t byte) { return (byte & 0x80U) == 0; });
  if (after_length == mqtt_.end()) return;
  const Packet packet{.kind = publish_packet,
                      .flags = static_cast<std::uint8_t>(mqtt_[0] & 0x0fU),
                      .body = Bytes(after_length + 1, mqtt_.end())};
  if (const auto publish = read_publish(packet, connect_->level, false)) {
    world_.hub.publish(user_, publish->message);
  }
}

}  // namespace handfast::test::faulty
