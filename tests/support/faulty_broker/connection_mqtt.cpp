// What a connection does with MQTT: CONNECT, then packet by packet.
#include <fmt/format.h>

#include "core/base/text.hpp"
#include "tests/support/faulty_broker/connection.hpp"
#include "tests/support/faulty_broker/user_name.hpp"

namespace handfast::test::faulty {

namespace {

constexpr auto connect_time = std::chrono::seconds(10);
constexpr auto for_ever_long = std::chrono::hours(24);

// CONNACK return codes (MQTT 3.1.1 section 3.2.2.3) and reason codes (MQTT 5.0 section 3.2.2.2).
constexpr std::uint8_t unacceptable_version = 1, unsupported_version = 0x84;
constexpr std::uint8_t identifier_rejected = 2, identifier_not_valid = 0x85;
constexpr std::uint8_t bad_user_name_or_password = 4, bad_user_name_or_password_5 = 0x86;
constexpr std::uint8_t not_authorized_5 = 0x87;
constexpr std::uint8_t subscription_refused_3 = 0x80;

/// Until the client's certificate ends; a day without one.
std::chrono::seconds certificate_time_left(const SSL* ssl) {
  const X509* certificate = ssl == nullptr ? nullptr : SSL_get0_peer_certificate(ssl);
  if (certificate == nullptr) return for_ever_long;
  int days = 0;
  int seconds = 0;
  ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(certificate));
  return std::chrono::days(days) + std::chrono::seconds(seconds);
}

}  // namespace

Connection::End Connection::await_connect() {
  const auto& d = world_.defects;
  connect_deadline_ = Clock::now() + connect_time;
  if (d.no_connect_deadline) connect_deadline_ = Clock::now() + for_ever_long;
  if (websocket_ && !raw_.empty()) {
    if (const auto end = take_received(); end != End::none) return end;
  }
  for (;;) {
    bool broken = false;
    if (d.proxy_header_inside_tls && stream_.encrypted()) {
      const auto inner = take_proxy_header(mqtt_, d);
      if (inner.header) mqtt_.erase(mqtt_.begin(), mqtt_.begin() + static_cast<long>(inner.size));
    }
    if (auto packet = take_packet(mqtt_, broken)) {
      auto connect = read_connect(*packet);
      if (connect) return accept(std::move(*connect));
      broken = true;
    }
    // What cannot begin a CONNECT is not waited for any longer.
    broken = broken || (!mqtt_.empty() && mqtt_[0] != connect_packet << 4);
    if (broken && !d.ignores_malformed_packets) return End::malformed;
    if (broken) mqtt_.clear();
    if (d.needs_packet_in_one_read && !mqtt_.empty()) return End::malformed;
    if (const auto end = receive(connect_deadline_); end != End::none) return end;
  }
}

Connection::End Connection::accept(Connect connect) {
  const auto level = connect.level;
  connect_ = std::move(connect);
  const auto refused = [&](std::uint8_t code_3, std::uint8_t code_5) {
    const auto end = refuse(code_3, code_5);
    connect_.reset();
    return end;
  };
  if (!connect_->supported) return refused(unacceptable_version, unsupported_version);
  if (stream_.notes().overlooked != 0) {
    bad_client_acts();
    connect_.reset();
    return End::refused;
  }
  if (connect_->client_id.empty()) {
    if (level != mqtt_5 && !connect_->clean) {
      return refused(identifier_rejected, identifier_not_valid);
    }
    connect_->client_id = "auto-" + peer_;
  }
  if (connect_->password == "wrong") {
    return refused(bad_user_name_or_password, bad_user_name_or_password_5);
  }
  const auto user = user_of(door_.settings, stream_.ssl(), header_, connect_->user, world_.defects);
  if (!user) return refused(bad_user_name_or_password, bad_user_name_or_password_5);

  if (!logs_in()) return refused(bad_user_name_or_password, bad_user_name_or_password_5);
  if (door_.settings.binds_client_id && !world_.defects.client_id_from_connect) {
    if (world_.defects.bound_id_opens_other_sessions) world_.hub.kick(connect_->client_id);
    connect_->client_id = *user;
  }

  mailbox_ = std::make_shared<Mailbox>();
  const auto joined = world_.hub.join(connect_->client_id, connect_->clean, connect_->keep_session,
                                      *user, mailbox_);
  user_ = joined.user;
  world_.log.say(fmt::format("New client connected from {} as {} (p{}, c{}, k{}, u'{}').", peer_,
                             printable(connect_->client_id), level == mqtt_5 ? 5 : 4,
                             connect_->clean ? 1 : 0, connect_->keep_alive_s, printable(user_)));
  Bytes body{static_cast<std::uint8_t>(joined.session_present ? 1 : 0), 0};
  if (level == mqtt_5) {
    // Properties: Maximum QoS (0x24) 1, Retain Available (0x25) 0.
    body.insert(body.end(), {4, 0x24, 1, 0x25, 0});
  }
  Bytes out;
  put_packet(out, connack_packet << 4, body);
  send(out);
  return End::none;
}

/// With the account of the listener, where it has one.
bool Connection::logs_in() const {
  const auto& account = door_.settings.account;
  if (!account || world_.defects.password_superfluous) return true;
  return connect_->user == account->user && connect_->password == account->password;
}

Connection::End Connection::refuse(std::uint8_t code_3, std::uint8_t code_5) {
  const bool version_5 = connect_->level >= mqtt_5;
  if (world_.defects.refusal_lost_on_tls && stream_.encrypted()) return End::stopped;
  Bytes body{0, version_5 ? code_5 : code_3};
  if (version_5) body.push_back(0);
  Bytes out;
  put_packet(out, connack_packet << 4, body);
  send(out);
  return End::refused;
}

/// The defects that let CONNECT of a client act whose chain was not good enough, before it is
/// refused.
void Connection::bad_client_acts() {
  const auto& d = world_.defects;
  if (d.rejected_publishes_will && connect_->will) world_.hub.publish("", *connect_->will);
  if (!d.rejected_leaves_session && !d.rejected_takes_over) return;
  mailbox_ = std::make_shared<Mailbox>();
  const bool stays = d.rejected_leaves_session;
  world_.hub.join(connect_->client_id, connect_->clean, stays && connect_->keep_session, "",
                  mailbox_);
  bool broken = false;
  while (const auto packet = take_packet(mqtt_, broken)) {
    if (packet->kind == subscribe_packet) handle_filters(*packet);
  }
  world_.hub.leave(connect_->client_id, *mailbox_);
}

Connection::End Connection::serve() {
  last_heard_ = Clock::now();
  for (;;) {
    // First what others sent before: who then asks for a PINGRESP has heard it all.
    if (!deliver_mail()) return End::kicked;
    if (const auto end = take_packets(); end != End::none) return end;
    auto deadline = Clock::now() + for_ever_long;
    if (connect_->keep_alive_s > 0) {  // [MQTT-3.1.2-24]: one and a half times
      deadline = last_heard_ + std::chrono::milliseconds(1500) * connect_->keep_alive_s;
    }
    if (world_.defects.connect_timer_never_stops) {
      deadline = std::min(deadline, connect_deadline_);
    }
    if (world_.defects.ends_expired_connections) {
      deadline = std::min(deadline, Clock::now() + certificate_time_left(stream_.ssl()));
    }
    if (const auto end = receive(deadline); end != End::none) {
      // Packets that came before the end count.
      const auto last = take_packets();
      return last == End::none ? end : last;
    }
  }
}

Connection::End Connection::take_packets() {
  const auto& d = world_.defects;
  bool broken = false;
  while (const auto packet = take_packet(mqtt_, broken)) {
    const auto end = handle(*packet);
    if (end == End::malformed && d.ignores_malformed_packets) continue;
    if (end != End::none) return end;
  }
  if (broken || (d.needs_packet_in_one_read && !mqtt_.empty())) return End::malformed;
  return End::none;
}

Connection::End Connection::handle(const Packet& packet) {
  switch (packet.kind) {
    case publish_packet:
      return handle_publish(packet);
    case subscribe_packet:
    case unsubscribe_packet:
      return handle_filters(packet);
    case pingreq_packet: {
      Bytes out;
      put_packet(out, pingresp_packet << 4, {});
      if (!world_.defects.no_pingresp) send(out);
      return End::none;
    }
    case puback_packet:  // nothing is sent again
      return End::none;
    case disconnect_packet: {
      // MQTT 5.0 section 3.14.2.1: 0x04 asks for the Will.
      const bool with_will =
          connect_->level == mqtt_5 && !packet.body.empty() && packet.body[0] == 4;
      return with_will ? End::lost : End::disconnect;
    }
    default:
      return End::malformed;
  }
}

Connection::End Connection::handle_publish(const Packet& packet) {
  const auto publish = read_publish(packet, connect_->level);
  if (!publish) return End::malformed;
  const bool done = world_.hub.publish(user_, publish->message);
  if (publish->message.qos == 0) return End::none;
  Bytes body;
  ByteWriter writer(body);
  writer.u16(publish->id);
  if (!done && connect_->level == mqtt_5) writer.u8(not_authorized_5);
  Bytes out;
  put_packet(out, puback_packet << 4, body);
  send(out);
  return End::none;
}

Connection::End Connection::handle_filters(const Packet& packet) {
  const auto wanted = read_filters(packet, connect_->level);
  if (!wanted) return End::malformed;
  const bool version_5 = connect_->level == mqtt_5;
  const bool subscribes = packet.kind == subscribe_packet;
  Bytes body;
  ByteWriter writer(body);
  writer.u16(wanted->id);
  if (version_5) writer.u8(0);
  for (const auto& [filter, qos] : wanted->filters) {
    if (subscribes) {
      const auto code = world_.hub.subscribe(connect_->client_id, filter, qos);
      writer.u8(version_5 && code == subscription_refused_3 ? not_authorized_5 : code);
    } else {
      world_.hub.unsubscribe(connect_->client_id, filter);
      if (version_5) writer.u8(0);
    }
  }
  Bytes out;
  put_packet(out, static_cast<std::uint8_t>((subscribes ? suback_packet : unsuback_packet) << 4),
             body);
  send(out);
  return End::none;
}

/// False when the connection is to end.
bool Connection::deliver_mail() {
  const auto mail = mailbox_->take();
  Bytes out;
  for (const auto& message : mail.messages) {
    if (message.qos > 0 && ++last_id_ == 0) ++last_id_;
    put_publish(out, message, last_id_, connect_->level);
  }
  send(out);
  return !mail.kicked;
}

}  // namespace handfast::test::faulty
