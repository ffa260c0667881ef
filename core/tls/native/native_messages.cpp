// The handshake messages of a connection: put together from records, handed to the handshake, and
// after it tickets and key updates (RFC 8446 section 4.6).
#include <fmt/format.h>

#include <array>
#include <utility>

#include "core/tls/native/mutate.hpp"
#include "core/tls/native/native_client.hpp"

namespace handfast::tls::native {

namespace {

/// Chains of 100 certificates fit; a length that lies does not make us collect 16 MiB.
constexpr std::size_t max_message_bytes = std::size_t{1} << 20;

/// The size of the message that begins `bytes`, header included; nullopt while that is not known.
std::optional<std::size_t> message_size(ByteView bytes) {
  ByteReader reader(bytes);
  reader.u8();
  const auto size = reader.u24();
  if (!size) return std::nullopt;
  return handshake_header_bytes + *size;
}

}  // namespace

Checked<void> NativeClient::on_handshake_content(ByteView content, Output& out) {
  if (content.empty()) {
    return refuse(AlertDescription::unexpected_message,
                  "record: an empty fragment of a handshake message (RFC 8446 5.1)");
  }
  if (!partial_ || partial_->message.empty()) {
    if (auto taken = take_messages(content, out); !taken) return taken.error();
    if (!content.empty() && reading()) partial().message.assign(content.begin(), content.end());
    return {};
  }
  Bytes joined = std::move(partial_->message);
  partial_->message.clear();
  joined.insert(joined.end(), content.begin(), content.end());
  ByteView rest = joined;
  if (auto taken = take_messages(rest, out); !taken) return taken.error();
  if (rest.empty() || !reading()) return {};
  joined.erase(joined.begin(), joined.end() - static_cast<std::ptrdiff_t>(rest.size()));
  partial().message = std::move(joined);
  return {};
}

Checked<void> NativeClient::take_messages(ByteView& content, Output& out) {
  while (reading()) {
    const auto size = message_size(content);
    if (size && *size > max_message_bytes) {
      return refuse(
          AlertDescription::illegal_parameter,
          fmt::format("{}: {} bytes, more than 1 MiB", handshake_name(content[0]), *size));
    }
    if (!size || content.size() < *size) return {};
    const ByteView message = content.first(*size);
    content = content.subspan(*size);
    const auto rekeyed = on_message(message, out);
    if (!rekeyed) return rekeyed.error();
    if (*rekeyed && !content.empty()) {
      return refuse(AlertDescription::unexpected_message,
                    fmt::format("{}: more follows in its record although the keys change (RFC 8446 "
                                "5.1)",
                                handshake_name(message[0])));
    }
  }
  return {};
}

Checked<bool> NativeClient::on_message(ByteView message, Output& out) {
  if (handshake_) {
    auto rekeyed = handshake_->on_message(message, connection_, out.wire);
    if (rekeyed && handshake_->complete()) complete_handshake(out);
    return rekeyed;
  }
  switch (static_cast<HandshakeType>(message[0])) {
    case HandshakeType::new_session_ticket:
      return on_new_session_ticket(message, out);
    case HandshakeType::key_update:
      return on_key_update(message, out);
    default:
      return refuse(
          AlertDescription::unexpected_message,
          fmt::format("{} after the handshake (RFC 8446 4.6)", handshake_name(message[0])));
  }
}

/// One record of application data by a client that does something wrong once established.
bool NativeClient::seal_mutated(ByteView plain, Output& out) {
  constexpr std::size_t empty_records = 8;  // stacks cut from 16 on
  TrafficKeys& keys = in_hand(connection_.write);
  auto& records = shared_.records;
  switch (mutation_) {
    case Mutation::hello_again: {
      Bytes hello;
      encode(shared_.hello, hello);
      if (!seal(ContentType::handshake, hello, out)) return false;
      break;
    }
    case Mutation::key_update_requested:
      if (!update_write_key(out, true)) return false;
      break;
    case Mutation::key_update_bad_value: {
      static constexpr std::array<std::uint8_t, 5> key_update{24, 0, 0, 1, 2};
      if (!seal(ContentType::handshake, key_update, out)) return false;
      break;
    }
    case Mutation::record_padded:
      return records.seal(keys, ContentType::application_data, plain, out.wire,
                          max_plain_bytes - plain.size());
    case Mutation::record_empty:
      for (std::size_t i = 0; i < empty_records; ++i) {
        if (!seal(ContentType::application_data, {}, out)) return false;
      }
      break;
    case Mutation::record_empty_handshake:
      if (!seal(ContentType::handshake, {}, out)) return false;
      break;
    case Mutation::record_too_long: {
      const std::size_t padding = max_cipher_bytes - plain.size() - tag_bytes;
      return records.seal(keys, ContentType::application_data, plain, out.wire, padding);
    }
    case Mutation::record_unknown_type:
      return seal(static_cast<ContentType>(99), plain, out);
    case Mutation::record_plain:
      put_plain_record(ContentType::application_data, 0x0303, plain, out.wire);
      return true;
    case Mutation::record_tag_flipped: {
      const bool sealed = seal(ContentType::application_data, plain, out);
      flip(out.wire);
      return sealed;
    }
    default:
      break;
  }
  return seal(ContentType::application_data, plain, out);
}

void NativeClient::complete_handshake(Output& out) {
  tickets_ = handshake_->take_keeper();
  end_handshake(true);
  state_ = State::established;
  idle_records_ = 0;
  out.events.push_back({.kind = EventKind::handshake_done});
}

/// All that the handshake needed goes back to the engine; what it found out stays.
void NativeClient::end_handshake(bool share_facts) {
  if (!handshake_) return;
  facts_ = share_facts ? shared_.facts.find_or_add(handshake_->facts) : nullptr;
  if (facts_ == nullptr) {
    own_facts_ = std::make_unique<Facts>(std::move(handshake_->facts));
    facts_ = own_facts_.get();
  }
  shared_.give_back(std::move(handshake_));
}

const Facts& NativeClient::facts() const { return handshake_ ? handshake_->facts : *facts_; }

Facts& NativeClient::own_facts() {
  if (handshake_) return handshake_->facts;
  if (!own_facts_) {
    own_facts_ = std::make_unique<Facts>(*facts_);
    facts_ = own_facts_.get();
  }
  return *own_facts_;
}

const Failure& NativeClient::failure() const {
  static const Failure none;
  return failure_ ? *failure_ : none;
}

Checked<bool> NativeClient::on_new_session_ticket(ByteView message, Output& out) {
  const auto ticket = read_new_session_ticket(message.subspan(handshake_header_bytes));
  if (!ticket) return ticket.error();
  // A lifetime of zero means "discard it" (RFC 8446 section 4.6.1).
  if (!tickets_ || ticket->lifetime.count() == 0) return false;
  // Servers send several at once; who takes a session for each event must not find one missing.
  const bool told = tickets_->newest != nullptr;
  tickets_->newest =
      make_session(shared_.hasher(*tickets_->suite), *tickets_, *ticket, shared_.now());
  if (!told) out.events.push_back({.kind = EventKind::session});
  return false;
}

/// struct { KeyUpdateRequest request_update; } KeyUpdate, RFC 8446 section 4.6.3.
Checked<bool> NativeClient::on_key_update(ByteView message, Output& out) {
  const ByteView body = message.subspan(handshake_header_bytes);
  if (body.size() != 1) {
    return refuse(AlertDescription::decode_error, "KeyUpdate: not one byte (RFC 8446 4.6.3)");
  }
  if (body[0] > 1) {
    return refuse(
        AlertDescription::illegal_parameter,
        fmt::format("KeyUpdate: request_update is {}, not 0 or 1 (RFC 8446 4.6.3)", body[0]));
  }
  if (auto noted = note_idle_record(); !noted) return noted.error();
  if (!facts().messages.empty()) {
    own_facts().messages.push_back({.sent = false,
                                    .type = message[0],
                                    .size_bytes = static_cast<std::uint32_t>(message.size()),
                                    .when = Clock::now()});
  }
  connection_.read = next_keys(shared_.hasher(connection_.read.suite()), connection_.read);
  const bool requested = body[0] == 1;
  if (requested) {
    if (auto updated = update_write_key(out); !updated) return updated.error();
  }
  return true;
}

Checked<void> NativeClient::update_write_key(Output& out, bool request) {
  const std::array<std::uint8_t, 5> message{static_cast<std::uint8_t>(HandshakeType::key_update), 0,
                                            0, 1, static_cast<std::uint8_t>(request ? 1 : 0)};
  if (!seal(ContentType::handshake, message, out)) return broken("KeyUpdate cannot be protected");
  connection_.write = next_keys(shared_.hasher(connection_.write.suite()), connection_.write);
  return {};
}

}  // namespace handfast::tls::native
