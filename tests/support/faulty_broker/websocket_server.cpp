// Frames (RFC 6455 section 5).
#include "tests/support/faulty_broker/websocket_server.hpp"

#include <algorithm>
#include <array>

#include "tests/support/faulty_broker/mqtt_wire.hpp"

namespace handfast::test::faulty {

namespace {

constexpr std::uint64_t most_frame_bytes = std::uint64_t{64} << 20U;
constexpr std::uint64_t top_bit = std::uint64_t{1} << 63U;
constexpr std::uint64_t deadly_bytes = std::uint64_t{1} << 40U;
constexpr std::uint64_t most_control_bytes = 125;

constexpr std::uint16_t normal_closure = 1000;
constexpr std::uint16_t protocol_error = 1002;
constexpr std::uint16_t unsupported_data = 1003;
constexpr std::uint16_t message_too_big = 1009;

bool is_control(std::uint8_t opcode) { return opcode >= 8; }

}  // namespace

// | fin:1 rsv:3 opcode:4 | mask:1 length:7 | length 0, 16 or 64 bits | mask 0 or 32 bits | payload
// |
std::optional<WebSocketServer::Frame> WebSocketServer::take_frame(Bytes& in, bool& too_long,
                                                                  bool& deadly) const {
  ByteReader reader(in);
  const auto first = reader.u8();
  const auto second = reader.u8();
  const auto lose_header = [&]() -> std::optional<Frame> {
    if (defects_.ws_header_in_one_read) in.clear();
    return std::nullopt;
  };
  if (!second) return lose_header();
  Frame frame{.fin = (*first & 0x80U) != 0,
              .reserved = static_cast<std::uint8_t>((*first >> 4U) & 7U),
              .opcode = static_cast<std::uint8_t>(*first & 0x0fU),
              .masked = (*second & 0x80U) != 0};
  frame.size = *second & 0x7fU;
  if (frame.size == 126) {
    const auto size = reader.u16();
    if (!size) return lose_header();
    frame.size = *size;
    frame.long_form = *size < 126;
  } else if (frame.size == 127) {
    const auto size = reader.u64();
    if (!size) return lose_header();
    frame.size = defects_.ws_ignores_top_bit ? *size & ~top_bit : *size;
  }
  deadly = frame.size >= deadly_bytes && defects_.ws_dies_of_huge_length;
  too_long = frame.size > most_frame_bytes;
  if (too_long) return std::nullopt;
  const auto mask = frame.masked ? reader.bytes(4) : ByteView{};
  if (!mask) return lose_header();
  const auto payload = reader.bytes(static_cast<std::size_t>(frame.size));
  if (!payload) return std::nullopt;
  frame.payload.assign(payload->begin(), payload->end());
  for (std::size_t i = 0; frame.masked && i < frame.payload.size(); ++i) {
    frame.payload[i] ^= (*mask)[i % 4];
  }
  in.erase(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(reader.offset()));
  return frame;
}

WebSocketServer::Ending WebSocketServer::take_frames(Bytes& in, Bytes& mqtt, Bytes& reply,
                                                     Bytes& farewell) {
  bool too_long = false;
  bool deadly = false;
  while (const auto frame = take_frame(in, too_long, deadly)) {
    if (const auto code = broken_rule(*frame)) {
      put_close(farewell, code);
      return Ending::failed;
    }
    if (!is_control(frame->opcode)) {
      take_data(*frame, mqtt);
    } else if (const auto end = take_control(*frame, reply, farewell); end != Ending::none) {
      return end;
    }
  }
  if (deadly) return Ending::deadly;
  if (!too_long) return Ending::none;
  put_close(farewell, message_too_big);
  return Ending::failed;
}

std::uint16_t WebSocketServer::broken_rule(const Frame& frame) const {
  const auto& d = defects_;
  const bool known = frame.opcode <= binary || (frame.opcode >= close && frame.opcode <= pong);
  if ((frame.reserved != 0 || !known) && !d.ws_accepts_reserved) return protocol_error;
  if (!frame.masked && !d.ws_accepts_unmasked) return protocol_error;
  if (frame.long_form && d.ws_refuses_long_form) return protocol_error;
  if (is_control(frame.opcode)) {
    const bool fits = frame.fin && frame.size <= most_control_bytes;
    return fits || d.ws_accepts_long_control ? 0 : protocol_error;
  }
  if (frame.opcode == text && !d.ws_accepts_text) return unsupported_data;
  const bool begins = frame.opcode != continuation;
  if (begins == in_message_ && !(d.ws_accepts_orphan_continuation && !begins)) {
    return protocol_error;
  }
  return !frame.fin && d.ws_no_fragments ? protocol_error : 0;
}

WebSocketServer::Ending WebSocketServer::take_control(const Frame& frame, Bytes& reply,
                                                      Bytes& farewell) {
  if (defects_.ws_control_breaks_message) in_message_ = false;
  if (frame.opcode == ping && !defects_.ws_no_pong) put_frame(reply, pong, frame.payload);
  if (frame.opcode != close) return Ending::none;
  if (!defects_.ws_no_close_echo) {
    const bool has_code = frame.payload.size() >= 2;
    put_close(farewell, has_code
                            ? static_cast<std::uint16_t>(frame.payload[0] << 8 | frame.payload[1])
                            : normal_closure);
  }
  return Ending::closed;
}

void WebSocketServer::take_data(const Frame& frame, Bytes& mqtt) {
  in_message_ = !frame.fin;
  if (frame.opcode > binary) return;  // ws_accepts_reserved
  if (!defects_.ws_packet_is_message && !defects_.ws_one_packet_per_message) {
    mqtt.insert(mqtt.end(), frame.payload.begin(), frame.payload.end());
    return;
  }
  message_.insert(message_.end(), frame.payload.begin(), frame.payload.end());
  if (!frame.fin) return;
  bool broken = false;
  while (const auto packet = take_packet(message_, broken)) {
    put_packet(mqtt, static_cast<std::uint8_t>(packet->kind << 4 | packet->flags), packet->body);
    if (defects_.ws_one_packet_per_message) break;
  }
  message_.clear();
}

void WebSocketServer::put_close(Bytes& out, std::uint16_t code) const {
  const std::array<std::uint8_t, 2> payload{static_cast<std::uint8_t>(code >> 8),
                                            static_cast<std::uint8_t>(code & 0xff)};
  put_frame(out, close, payload);
}

void WebSocketServer::put_frame(Bytes& out, std::uint8_t opcode, ByteView payload) const {
  constexpr std::size_t shortest_16 = 126;
  constexpr std::size_t shortest_64 = 65536;
  const std::uint8_t mask_bit = defects_.ws_masks_frames ? 0x80 : 0;
  ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>(0x80U | opcode));
  if (payload.size() < shortest_16) {
    writer.u8(static_cast<std::uint8_t>(mask_bit | payload.size()));
  } else if (payload.size() < shortest_64) {
    writer.u8(static_cast<std::uint8_t>(mask_bit | 126U));
    writer.u16(static_cast<std::uint16_t>(payload.size()));
  } else {
    writer.u8(static_cast<std::uint8_t>(mask_bit | 127U));
    writer.u64(payload.size());
  }
  if (mask_bit != 0) writer.u32(0);  // masked with zeros: the same payload
  writer.bytes(payload);
}

}  // namespace handfast::test::faulty
