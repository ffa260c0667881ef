#include "core/mqtt/packet.hpp"

#include <type_traits>

namespace handfast::mqtt {

namespace {

/// A packet's own decoding as any packet's.
template <class T>
Parsed<Packet> widen(Parsed<T> parsed) {
  if (!parsed) return std::move(parsed).error();
  return Packet(*std::move(parsed));
}

struct Encoder {
  Bytes& out;
  Version version;

  Result<void> operator()(const Connect& p) const { return encode_connect(out, p); }
  Result<void> operator()(const Connack& p) const { return encode_connack(out, version, p); }
  Result<void> operator()(const Publish& p) const { return encode_publish(out, version, p); }
  Result<void> operator()(const Puback& p) const { return encode_puback(out, version, p); }
  Result<void> operator()(const Pubrec& p) const { return encode_pubrec(out, version, p); }
  Result<void> operator()(const Pubrel& p) const { return encode_pubrel(out, version, p); }
  Result<void> operator()(const Pubcomp& p) const { return encode_pubcomp(out, version, p); }
  Result<void> operator()(const Subscribe& p) const { return encode_subscribe(out, version, p); }
  Result<void> operator()(const Suback& p) const { return encode_suback(out, version, p); }
  Result<void> operator()(const Unsubscribe& p) const {
    return encode_unsubscribe(out, version, p);
  }
  Result<void> operator()(const Unsuback& p) const { return encode_unsuback(out, version, p); }
  Result<void> operator()(const Pingreq&) const { return encode_pingreq(out), Result<void>(); }
  Result<void> operator()(const Pingresp&) const { return encode_pingresp(out), Result<void>(); }
  Result<void> operator()(const Disconnect& p) const { return encode_disconnect(out, version, p); }
  Result<void> operator()(const Auth& p) const { return encode_auth(out, p); }
};

}  // namespace

PacketType type_of(const Packet& packet) { return static_cast<PacketType>(packet.index() + 1); }

Parsed<Packet> decode_frame(const Frame& frame, Version version) {
  switch (frame.type) {
    case PacketType::connect:
      return widen(decode_connect(frame));
    case PacketType::connack:
      return widen(decode_connack(frame, version));
    case PacketType::publish:
      return widen(decode_publish(frame, version));
    case PacketType::puback:
      return widen(decode_puback(frame, version));
    case PacketType::pubrec:
      return widen(decode_pubrec(frame, version));
    case PacketType::pubrel:
      return widen(decode_pubrel(frame, version));
    case PacketType::pubcomp:
      return widen(decode_pubcomp(frame, version));
    case PacketType::subscribe:
      return widen(decode_subscribe(frame, version));
    case PacketType::suback:
      return widen(decode_suback(frame, version));
    case PacketType::unsubscribe:
      return widen(decode_unsubscribe(frame, version));
    case PacketType::unsuback:
      return widen(decode_unsuback(frame, version));
    case PacketType::pingreq:
      return widen(decode_pingreq(frame, version));
    case PacketType::pingresp:
      return widen(decode_pingresp(frame, version));
    case PacketType::disconnect:
      return widen(decode_disconnect(frame, version));
    case PacketType::auth:
      break;  // the last of the 15 types that scan_packet() lets through
  }
  return widen(decode_auth(frame, version));
}

Decoded<SizedPacket> decode_packet(ByteView input, Version version, std::size_t limit) {
  auto frame = scan_packet(input, limit);
  if (frame.need_more()) return NeedMore{};
  if (frame.has_error()) return std::move(frame).error();
  auto packet = decode_frame(*frame, version);
  if (!packet) return std::move(packet).error();
  return SizedPacket{*std::move(packet), frame->packet.size()};
}

Result<void> encode_packet(Bytes& out, Version version, const Packet& packet) {
  return std::visit(Encoder{out, version}, packet);
}

}  // namespace handfast::mqtt
