#include "core/mqtt/connack.hpp"

#include <fmt/format.h>

#include "core/mqtt/detail/field_reader.hpp"
#include "core/mqtt/detail/packet_writer.hpp"

namespace handfast::mqtt {

namespace {

using detail::Clause;

constexpr Clause fixed_flags{"[MQTT-2.2.2-2]", "[MQTT-2.1.3-1]"};
constexpr Clause reserved_flags{"§3.2.2.1", "[MQTT-3.2.2-1]"};
constexpr Clause listed_code{"§3.2.2.3", "[MQTT-3.2.2-8]"};
constexpr Clause no_session_on_refusal{"[MQTT-3.2.2-4]", "[MQTT-3.2.2-6]"};

}  // namespace

Result<void> encode_connack(Bytes& out, Version version, const Connack& connack) {
  detail::PacketWriter writer(out, version, PacketType::connack);
  writer.u8(connack.session_present ? 1 : 0);
  writer.u8(connack.code);
  writer.properties(connack.properties);
  return writer.finish();
}

Parsed<Connack> decode_connack(const Frame& frame, Version version) {
  detail::FieldReader reader(frame, version);
  Connack connack;
  reader.expect_flags(0, fixed_flags);

  const auto flags_at = reader.offset();
  const auto flags = reader.u8("acknowledge flags");
  if (flags > 1) {
    reader.fail(flags_at, reserved_flags, "reserved acknowledge flags 0",
                fmt::format("0x{:02x}", flags));
  }
  connack.session_present = flags == 1;
  connack.code = reader.reason_code(
      version == Version::v5_0 ? "connect reason code" : "connect return code", listed_code);
  if (connack.session_present && connack.code != 0) {
    reader.fail(flags_at, no_session_on_refusal, "session present 0 beside a refusal",
                fmt::format("1 with code 0x{:02x}", connack.code), reason::protocol_error);
  }
  connack.properties = read_properties(reader, PropertyPlace::connack);
  return reader.finish(std::move(connack));
}

std::optional<ConnackView> peek_connack(const Frame& frame) {
  const auto body = frame.body();
  if (frame.type != PacketType::connack || body.size() < 2) return std::nullopt;
  return ConnackView{body[0], body[1]};
}

}  // namespace handfast::mqtt
