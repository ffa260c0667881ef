#include "harness/check/websocket/frames.hpp"

namespace handfast::check::wss {

namespace {

/// Any key will do: no proxy stands between us and the broker (RFC 6455 section 10.3).
constexpr websocket::MaskKey mask_key{0x37, 0xfa, 0x21, 0x3d};

constexpr std::uint8_t two_bytes_follow = 126;
constexpr std::uint8_t eight_bytes_follow = 127;

std::optional<websocket::MaskKey> mask_of(const Frame& frame) {
  return frame.masked ? std::optional(mask_key) : std::nullopt;
}

/// What core/websocket would never write: a length in another form, or of another payload.
Bytes with_odd_length(const Frame& frame) {
  Bytes out;
  ByteWriter writer(out);
  const std::uint64_t length = frame.announced.value_or(frame.payload.size());
  const std::uint8_t mask_bit = frame.masked ? 0x80 : 0;
  writer.u8(
      static_cast<std::uint8_t>((frame.fin ? 0x80U : 0U) | static_cast<unsigned>(frame.opcode)));
  if (frame.form == LengthForm::two_bytes) {
    writer.u8(mask_bit | two_bytes_follow);
    writer.u16(static_cast<std::uint16_t>(length));
  } else {
    writer.u8(mask_bit | eight_bytes_follow);
    writer.u64(length);
  }
  if (frame.masked) writer.bytes(mask_key);
  for (std::size_t i = 0; i < frame.payload.size(); ++i) {
    const std::uint8_t key = frame.masked ? mask_key[i % mask_key.size()] : 0;
    writer.u8(frame.payload[i] ^ key);
  }
  return out;
}

}  // namespace

Bytes to_wire(const Frame& frame) {
  Bytes out;
  if (frame.form != LengthForm::shortest || frame.announced) {
    out = with_odd_length(frame);
  } else {
    const websocket::FrameOptions options{
        .opcode = frame.opcode, .fin = frame.fin, .mask = mask_of(frame)};
    websocket::encode_frame(out, options, frame.payload);
  }
  out.front() = static_cast<std::uint8_t>(out.front() | (frame.reserved & 7U) << 4U);
  return out;
}

std::size_t header_bytes(const Frame& frame) {
  return to_wire(frame).size() - frame.payload.size();
}

Bytes in_frame(ByteView payload) {
  Bytes out;
  websocket::encode_frame(out, {.mask = mask_key}, payload);
  return out;
}

std::optional<SeenFrame> take_frame(Bytes& inbox) {
  ByteReader reader(inbox);
  const auto first = reader.u8();
  const auto second = reader.u8();
  if (!second) return std::nullopt;
  SeenFrame frame{.opcode = static_cast<std::uint8_t>(*first & 0x0fU),
                  .fin = (*first & 0x80U) != 0,
                  .reserved = static_cast<std::uint8_t>((*first >> 4U) & 7U),
                  .masked = (*second & 0x80U) != 0};
  const unsigned marker = *second & 0x7fU;
  std::optional<std::uint64_t> length = marker;
  if (marker == two_bytes_follow) length = reader.u16();
  if (marker == eight_bytes_follow) length = reader.u64();
  if (!length) return std::nullopt;
  const auto key = frame.masked ? reader.bytes(mask_key.size()) : ByteView();
  if (!key || reader.remaining() < *length) return std::nullopt;
  frame.size = static_cast<std::size_t>(*length);
  const auto payload = *reader.bytes(frame.size);
  frame.payload.assign(payload.begin(), payload.end());
  for (std::size_t i = 0; frame.masked && i < frame.payload.size(); ++i) {
    frame.payload[i] ^= (*key)[i % key->size()];
  }
  inbox.erase(inbox.begin(), inbox.begin() + static_cast<std::ptrdiff_t>(reader.offset()));
  return frame;
}

}  // namespace handfast::check::wss
