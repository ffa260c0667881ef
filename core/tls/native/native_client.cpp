#include "core/tls/native/native_client.hpp"

#include <fmt/format.h>
#include <openssl/err.h>

#include <algorithm>
#include <utility>

#include "core/tls/peer_check.hpp"

namespace handfast::tls::native {

NativeClient::NativeClient(Shared& shared, const ConnectionSettings& settings)
    : shared_(shared), handshake_(shared.take_handshake()), mutation_(settings.mutation) {
  handshake_->begin(settings);
}

NativeClient::~NativeClient() {
  if (handshake_) shared_.give_back(std::move(handshake_));
}

void NativeClient::start(Output& out) { begin({}, out); }

bool NativeClient::start_with_early_data(ByteView plain, Output& out) {
  if (state_ != State::fresh) return false;
  const bool early = handshake_->may_send_early(plain.size());
  begin(early ? plain : ByteView{}, out);
  return early && state_ != State::failed;
}

void NativeClient::begin(ByteView early, Output& out) {
  if (state_ != State::fresh) return;
  state_ = State::handshaking;
  const auto started = handshake_->start(connection_, early, out.wire);
  if (!started) fail({.cause = Cause::local, .detail = started.error().detail}, out);
}

NativeClient::Partial& NativeClient::partial() {
  if (!partial_) partial_ = std::make_unique<Partial>();
  return *partial_;
}

void NativeClient::feed(ByteView bytes, Output& out) {
  Bytes none;
  while (reading()) {
    // Most records arrive whole and need no buffer of the connection.
    Bytes& buffer = partial_ ? partial_->record : none;
    const auto record = next_record(buffer, bytes);
    if (!record) {
      refuse_peer(record.error(), out);
    } else if (!*record) {
      if (!none.empty()) partial().record = std::move(none);
      break;
    } else if (auto taken = on_record(**record, out); !taken) {
      refuse_peer(taken.error(), out);
    }
  }
  if (!reading() || (state_ == State::established && partial_ && partial_->empty())) {
    partial_.reset();
  }
}

Checked<void> NativeClient::on_record(const Record& record, Output& out) {
  if (record.type == ContentType::change_cipher_spec) return on_change_cipher_spec(record.body);
  if (!connection_.reads_protected) return on_plain_record(record, out);
  if (record.type != ContentType::application_data) {
    return refuse(AlertDescription::unexpected_message,
                  "record: not protected although keys are in use (RFC 8446 5.2)");
  }
  const auto opened =
      shared_.records.open(in_hand(connection_.read), record.header, record.body, shared_.scratch);
  if (!opened) return opened.error();
  return on_content(opened->type, opened->bytes, out);
}

Checked<void> NativeClient::on_plain_record(const Record& record, Output& out) {
  if (record.type == ContentType::application_data) {
    return refuse(AlertDescription::unexpected_message,
                  "record: application data before any key (RFC 8446 5.1)");
  }
  return on_content(record.type, record.body, out);
}

Checked<void> NativeClient::on_content(ContentType type, ByteView content, Output& out) {
  if (type == ContentType::alert) return on_alert(content, out);
  if (type == ContentType::handshake) return on_handshake_content(content, out);
  if (type != ContentType::application_data) {
    return refuse(
        AlertDescription::unexpected_message,
        fmt::format("record: inner content type {} (RFC 8446 5.2)", static_cast<unsigned>(type)));
  }
  return on_application_data(content, out);
}

Checked<void> NativeClient::on_application_data(ByteView content, Output& out) {
  if (partial_ && !partial_->message.empty()) {
    return refuse(AlertDescription::unexpected_message,
                  "record: application data within a handshake message (RFC 8446 5.1)");
  }
  if (state_ != State::established) {
    return refuse(AlertDescription::unexpected_message,
                  "record: application data before the server's Finished (RFC 8446 5)");
  }
  if (content.empty()) return note_idle_record();
  idle_records_ = 0;
  const auto begin = out.plain.size();
  out.plain.insert(out.plain.end(), content.begin(), content.end());
  out.events.push_back({.kind = EventKind::data, .begin = begin, .end = out.plain.size()});
  return {};
}

/// A server in middlebox compatibility mode sends one; it means nothing (RFC 8446 section 5).
Checked<void> NativeClient::on_change_cipher_spec(ByteView body) {
  const bool well_formed = body.size() == 1 && body[0] == 1;
  if (!well_formed || state_ != State::handshaking) {
    return refuse(
        AlertDescription::unexpected_message,
        "record: change_cipher_spec that is not one byte 1 within the handshake (RFC 8446 "
        "5)");
  }
  if (partial_ && !partial_->message.empty()) {
    return refuse(AlertDescription::unexpected_message,
                  "record: change_cipher_spec within a handshake message (RFC 8446 5.1)");
  }
  return note_idle_record();
}

Checked<void> NativeClient::note_idle_record() {
  constexpr std::uint8_t most = 32;  // as many as libssl takes
  if (++idle_records_ <= most) return {};
  return refuse(AlertDescription::unexpected_message,
                fmt::format("record: more than {} in a row that bring nothing", most));
}

Checked<void> NativeClient::on_alert(ByteView content, Output& out) {
  if (content.size() != 2) {
    return refuse(AlertDescription::decode_error,
                  "alert: not one alert of two bytes (RFC 8446 5.1)");
  }
  const Alert alert{content[0], content[1]};
  const auto description = static_cast<AlertDescription>(alert.description);
  if (description == AlertDescription::user_canceled) {  // RFC 8446 6.1
    if (partial_ && !partial_->message.empty()) {
      return refuse(AlertDescription::unexpected_message,
                    "alert: user_canceled within a handshake message (RFC 8446 5.1)");
    }
    return note_idle_record();
  }
  own_facts().alert_received = alert;
  out.events.push_back({.kind = EventKind::alert_received, .alert = alert});
  if (description != AlertDescription::close_notify) {
    // "All the other alerts are errors" whatever their level says (RFC 8446 section 6).
    fail({.cause = Cause::alert_received,
          .alert = alert,
          .detail = "the server sent " + to_string(alert)},
         out);
  } else if (state_ == State::established) {
    state_ = State::closed;
    out.events.push_back({.kind = EventKind::closed});
  } else {
    fail({.cause = Cause::truncated, .detail = "close_notify came during the handshake"}, out);
  }
  return {};
}

void NativeClient::feed_end(Output& out) {
  if (!reading() && state_ != State::fresh) return;
  fail({.cause = Cause::truncated, .detail = "the transport ended without close_notify"}, out);
}

bool NativeClient::send(ByteView plain, Output& out) {
  const bool behind_close =
      state_ == State::closed && mutation_ == Mutation::data_after_close_notify;
  if (state_ != State::established && !behind_close) return false;
  while (!plain.empty()) {
    const auto limit = std::min(shared_.key_update_after, connection_.write.suite().record_limit);
    if (connection_.write.sequence >= limit && !update_write_key(out)) return false;
    const auto part = plain.first(std::min(plain.size(), max_plain_bytes));
    plain = plain.subspan(part.size());
    const bool sealed = mutation_ == Mutation::none ? seal(ContentType::application_data, part, out)
                                                    : seal_mutated(part, out);
    if (sealed) continue;
    fail({.cause = Cause::local, .detail = "libcrypto cannot protect a record"}, out);
    return false;
  }
  return true;
}

void NativeClient::close(CloseStyle style, Output& out) {
  constexpr std::uint8_t warning = 1;
  if (style == CloseStyle::close_notify && state_ == State::established) {
    put_alert({warning, static_cast<std::uint8_t>(AlertDescription::close_notify)}, out);
  }
  if (state_ == State::failed) return;
  end_handshake(false);
  state_ = State::closed;
}

void NativeClient::release_buffers() {
  if (partial_ && partial_->empty()) partial_.reset();
  if (state_ != State::established) return;
  connection_.read.at_hand.reset();
  connection_.write.at_hand.reset();
  if (own_facts_ == nullptr || own_facts_->messages.empty()) return;
  own_facts_->messages = {};
  own_facts_->peer_chain = {};
  if (const Facts* const same = shared_.facts.find_or_add(*own_facts_)) {
    facts_ = same;
    own_facts_.reset();
  }
}

std::shared_ptr<const Session> NativeClient::take_session() {
  return tickets_ ? std::move(tickets_->newest) : nullptr;
}

bool NativeClient::seal(ContentType type, ByteView plain, Output& out) {
  return shared_.records.seal(in_hand(connection_.write), type, plain, out.wire);
}

TrafficKeys& NativeClient::in_hand(TrafficKeys& keys) {
  take_in_hand(shared_.hasher(keys.suite()), keys);
  return keys;
}

void NativeClient::put_alert(Alert alert, Output& out) {
  const std::array<std::uint8_t, 2> bytes{alert.level, alert.description};
  if (connection_.writes_protected) {
    seal(ContentType::alert, bytes, out);
  } else {
    put_plain_record(ContentType::alert, 0x0303, bytes, out.wire);
  }
  own_facts().alert_sent = alert;
  out.events.push_back({.kind = EventKind::alert_sent, .alert = alert});
}

void NativeClient::refuse_peer(const Refusal& refusal, Output& out) {
  ERR_clear_error();
  const Alert alert{2, static_cast<std::uint8_t>(refusal.alert)};
  put_alert(alert, out);
  Cause cause = Cause::alert_sent;
  if (refusal.verify_code == 0 && blames_bytes(alert.description)) cause = Cause::protocol;
  if (refusal.alert == AlertDescription::internal_error && refusal.verify_code == 0)
    cause = Cause::local;
  fail({.cause = cause,
        .alert = alert,
        .verify_code = refusal.verify_code,
        .detail = refusal.detail},
       out);
}

void NativeClient::fail(Failure failure, Output& out) {
  end_handshake(false);
  failure_ = std::make_unique<const Failure>(std::move(failure));
  state_ = State::failed;
  out.events.push_back({.kind = EventKind::failed});
}

}  // namespace handfast::tls::native
