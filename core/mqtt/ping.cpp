#include "core/mqtt/ping.hpp"

#include "core/mqtt/detail/field_reader.hpp"

namespace handfast::mqtt {

namespace {

constexpr detail::Clause fixed_flags{"[MQTT-2.2.2-2]", "[MQTT-2.1.3-1]"};

template <class Ping>
Parsed<Ping> decode_ping(const Frame& frame, Version version, detail::Clause no_body) {
  detail::FieldReader reader(frame, version);
  reader.expect_flags(0, fixed_flags);
  reader.expect_end(no_body);
  return reader.finish(Ping{});
}

void put(Bytes& out, PacketType type) {
  ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>(static_cast<unsigned>(type) << 4));
  writer.u8(0);
}

}  // namespace

void encode_pingreq(Bytes& out) { put(out, PacketType::pingreq); }
void encode_pingresp(Bytes& out) { put(out, PacketType::pingresp); }

Parsed<Pingreq> decode_pingreq(const Frame& frame, Version version) {
  return decode_ping<Pingreq>(frame, version, {"§3.12.1", "§3.12.1"});
}
Parsed<Pingresp> decode_pingresp(const Frame& frame, Version version) {
  return decode_ping<Pingresp>(frame, version, {"§3.13.1", "§3.13.1"});
}

}  // namespace handfast::mqtt
