#include "core/websocket/decoder.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/utf8.hpp"

namespace handfast::websocket {

namespace {

constexpr unsigned fin_bit = 0x80;
constexpr unsigned rsv_bits = 0x70;
constexpr unsigned opcode_bits = 0x0f;
constexpr unsigned mask_bit = 0x80;
constexpr unsigned length_bits = 0x7f;
constexpr std::uint64_t max_control_payload = 125;

bool is_assigned(Opcode opcode) {
  return opcode <= Opcode::binary || (opcode >= Opcode::close && opcode <= Opcode::pong);
}

std::uint64_t big_endian(ByteView bytes) {
  std::uint64_t value = 0;
  for (const auto byte : bytes) value = (value << 8) | byte;
  return value;
}

}  // namespace

std::string FrameError::text() const {
  return fmt::format("WebSocket byte {}: expected {}, saw {} ({})", offset, expected, seen, clause);
}

Incremental<Event, FrameError> FrameDecoder::next(ByteView& input) {
  while (true) {
    switch (state_) {
      case State::header:
        if (!read_header(input)) {
          if (state_ == State::failed) return error_;
          return NeedMore{};
        }
        start_frame();
        break;
      case State::data:
        return take_data(input);
      case State::control:
        return take_control(input);
      case State::message_end:
        state_ = State::header;
        in_message_ = false;
        return Event{Event::Kind::message_end, {}, 0};
      case State::failed:
        return error_;
    }
  }
}

/// Collects the header byte by byte and judges each as it comes; true when it is complete and in
/// order.
bool FrameDecoder::read_header(ByteView& input) {
  while (header_size_ < header_length()) {
    if (input.empty()) return false;
    header_[header_size_++] = input.front();
    input = input.subspan(1);
    ++position_;
    if (header_size_ == 1) check_first_byte();
    if (header_size_ == 2) check_second_byte();
    if (state_ == State::failed) return false;
  }
  remaining_ = read_payload_length();
  return state_ != State::failed;
}

std::size_t FrameDecoder::header_length() const {
  if (header_size_ < 2) return 2;
  const unsigned length = header_[1] & length_bits;
  const std::size_t extended = length == 127 ? 8 : length == 126 ? 2 : 0;
  return 2 + extended + ((header_[1] & mask_bit) != 0 ? 4 : 0);
}

void FrameDecoder::check_first_byte() {
  const auto at = position_ - 1;
  const unsigned byte = header_[0];
  opcode_ = static_cast<Opcode>(byte & opcode_bits);
  fin_ = (byte & fin_bit) != 0;
  const auto fragment = [this] { return fmt::format("a {} frame", to_string(opcode_)); };

  if ((byte & rsv_bits) != 0) {
    fail(at, "RFC 6455 §5.2", "RSV bits 0 without an extension",
         fmt::format("0x{:x}", (byte & rsv_bits) >> 4), close_code::protocol_error);
  } else if (!is_assigned(opcode_)) {
    fail(at, "RFC 6455 §5.2", "a known opcode", fmt::format("0x{:x}", byte & opcode_bits),
         close_code::protocol_error);
  } else if (is_control(opcode_)) {
    if (!fin_) {
      fail(at, "RFC 6455 §5.5", "a control frame in one piece", fragment() + " without FIN",
           close_code::protocol_error);
    }
  } else if (closed_) {
    fail(at, "RFC 6455 §5.5.1", "no data after a close frame", fragment(),
         close_code::protocol_error);
  } else if (in_message_ != (opcode_ == Opcode::continuation)) {
    fail(at, "RFC 6455 §5.4",
         in_message_ ? "a continuation of the unfinished message" : "a message to continue",
         fragment(), close_code::protocol_error);
  } else if (opcode_ == Opcode::text) {
    fail(at, "MQTT 5.0 [MQTT-6.0.0-1]", "a binary frame", fragment(), close_code::unsupported_data);
  }
}

void FrameDecoder::check_second_byte() {
  const auto at = position_ - 1;
  const bool masked = (header_[1] & mask_bit) != 0;
  const unsigned length = header_[1] & length_bits;
  if (masked != (role_ == Role::server)) {
    fail(at, "RFC 6455 §5.1",
         masked ? "an unmasked frame from the server" : "a masked frame from the client",
         masked ? "mask bit 1" : "mask bit 0", close_code::protocol_error);
  } else if (is_control(opcode_) && length > max_control_payload) {
    fail(at, "RFC 6455 §5.5", "a control payload of at most 125 bytes",
         fmt::format("length {}", length), close_code::protocol_error);
  }
}

/// The payload length of the complete header, checked for its minimal form and the message limit.
std::uint64_t FrameDecoder::read_payload_length() {
  const ByteView header(header_);
  const auto at = position_ - header_size_ + 1;
  const unsigned short_form = header_[1] & length_bits;
  if (short_form < 126) {
    return short_form;
  }
  const auto length = big_endian(header.subspan(2, short_form == 126 ? 2 : 8));
  if (length >> 63 != 0) {
    fail(at + 1, "RFC 6455 §5.2", "a 64-bit length with its highest bit 0",
         fmt::format("0x{:016x}", length), close_code::protocol_error);
  } else if (length < (short_form == 126 ? 126U : 0x10000U)) {
    fail(at, "RFC 6455 §5.2", "the shortest form of a length",
         fmt::format("{} in {} bits", length, short_form == 126 ? 16 : 64),
         close_code::protocol_error);
  }
  return length;
}

void FrameDecoder::start_frame() {
  const auto header_at = position_ - header_size_;
  if (role_ == Role::server) {
    std::copy_n(header_.begin() + static_cast<std::ptrdiff_t>(header_size_ - 4), 4, mask_.begin());
    mask_index_ = 0;
  }
  header_size_ = 0;
  if (is_control(opcode_)) {
    control_size_ = 0;
    state_ = State::control;
    return;
  }
  if (opcode_ != Opcode::continuation) message_bytes_ = 0;
  in_message_ = true;
  if (remaining_ > limits_.message_bytes - message_bytes_) {
    fail(header_at + 1, "RFC 6455 §10.4",
         fmt::format("a message of at most {} bytes", limits_.message_bytes),
         fmt::format("{} bytes", message_bytes_ + remaining_), close_code::message_too_big);
    return;
  }
  message_bytes_ += remaining_;
  state_ = remaining_ > 0 ? State::data : fin_ ? State::message_end : State::header;
}

FrameDecoder::Step FrameDecoder::take_data(ByteView& input) {
  if (input.empty()) return NeedMore{};
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, input.size()));
  auto payload = input.first(size);
  input = input.subspan(size);
  position_ += size;
  remaining_ -= size;
  if (remaining_ == 0) state_ = fin_ ? State::message_end : State::header;
  if (role_ == Role::server) {
    unmasked_.resize(size);
    payload = unmask(payload, unmasked_.data());
  }
  return Event{Event::Kind::data, payload, 0};
}

FrameDecoder::Step FrameDecoder::take_control(ByteView& input) {
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, input.size()));
  unmask(input.first(size), control_.data() + control_size_);
  control_size_ += size;
  input = input.subspan(size);
  position_ += size;
  remaining_ -= size;
  if (remaining_ > 0) return NeedMore{};

  state_ = State::header;
  const auto payload = ByteView(control_).first(control_size_);
  if (opcode_ == Opcode::ping) return Event{Event::Kind::ping, payload, 0};
  if (opcode_ == Opcode::pong) return Event{Event::Kind::pong, payload, 0};
  return close_event();
}

FrameDecoder::Step FrameDecoder::close_event() {
  constexpr std::uint16_t no_status_received = 1005;
  closed_ = true;
  const auto payload = ByteView(control_).first(control_size_);
  const auto payload_at = position_ - control_size_;
  if (payload.empty()) return Event{Event::Kind::close, {}, no_status_received};
  if (payload.size() == 1) {
    return fail(payload_at, "RFC 6455 §5.5.1", "a close payload of 0 or at least 2 bytes", "1 byte",
                close_code::protocol_error);
  }
  const auto code = static_cast<std::uint16_t>(big_endian(payload.first(2)));
  if (!may_be_sent(code)) {
    return fail(payload_at, "RFC 6455 §7.4", "a close code that may be sent",
                fmt::format("{} {}", code, close_code_name(code)), close_code::protocol_error);
  }
  const auto reason = payload.subspan(2);
  if (const auto bad = find_ill_formed_utf8(as_text(reason))) {
    return fail(payload_at + 2 + *bad, "RFC 6455 §5.5.1", "a close reason in UTF-8",
                fmt::format("0x{:02x}", reason[*bad]), close_code::invalid_payload);
  }
  return Event{Event::Kind::close, reason, code};
}

/// Copies `masked` to `out`, unmasked when the peer is a client (§5.3); answers the copy.
ByteView FrameDecoder::unmask(ByteView masked, std::uint8_t* out) {
  for (std::size_t i = 0; i < masked.size(); ++i) {
    out[i] = role_ == Role::server ? masked[i] ^ mask_[mask_index_++ % 4] : masked[i];
  }
  return {out, masked.size()};
}

FrameDecoder::Step FrameDecoder::fail(std::uint64_t offset, std::string clause,
                                      std::string expected, std::string seen,
                                      std::uint16_t close_code) {
  state_ = State::failed;
  error_ = {offset, std::move(clause), std::move(expected), std::move(seen), close_code};
  return error_;
}

}  // namespace handfast::websocket
