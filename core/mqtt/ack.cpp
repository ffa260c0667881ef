#include "core/mqtt/ack.hpp"

#include "core/mqtt/detail/field_reader.hpp"
#include "core/mqtt/detail/packet_writer.hpp"

namespace handfast::mqtt {

namespace {

using detail::Clause;

/// What differs between the four: fixed flags and the clauses that state the rules.
struct AckRules {
  std::uint8_t flags = 0;
  Clause flags_clause;
  Clause code_clause;
  Clause length_clause;  ///< 3.1.1: Remaining Length is 2
};

constexpr AckRules rules_of(PacketType type) {
  constexpr Clause any_flags{"[MQTT-2.2.2-2]", "[MQTT-2.1.3-1]"};
  switch (type) {
    case PacketType::puback:
      return {0, any_flags, {"", "[MQTT-3.4.2-1]"}, {"§3.4.1", "§2.1.4"}};
    case PacketType::pubrec:
      return {0, any_flags, {"", "[MQTT-3.5.2-1]"}, {"§3.5.1", "§2.1.4"}};
    case PacketType::pubrel:
      return {
          2, {"[MQTT-3.6.1-1]", "[MQTT-3.6.1-1]"}, {"", "[MQTT-3.6.2-1]"}, {"§3.6.1", "§2.1.4"}};
    default:
      return {0, any_flags, {"", "[MQTT-3.7.2-1]"}, {"§3.7.1", "§2.1.4"}};
  }
}

template <class Ack>
Result<void> encode_ack(Bytes& out, Version version, const Ack& ack) {
  detail::PacketWriter writer(out, version, Ack::type, rules_of(Ack::type).flags);
  writer.u16(ack.packet_id);
  if (version == Version::v3_1_1) {
    if (ack.code != 0) writer.problem("MQTT 3.1.1 has no reason codes here");
    writer.properties(ack.properties);
  } else if (!ack.properties.empty()) {
    writer.u8(ack.code);
    writer.properties(ack.properties);
  } else if (ack.code != 0) {
    writer.u8(ack.code);
  }
  return writer.finish();
}

template <class Ack>
Parsed<Ack> decode_ack(const Frame& frame, Version version) {
  constexpr auto rules = rules_of(Ack::type);
  detail::FieldReader reader(frame, version);
  Ack ack;
  reader.expect_flags(rules.flags, rules.flags_clause);
  ack.packet_id = reader.packet_id();
  if (reader.is_v5()) {
    // §3.4.2.1, §3.4.2.2.1: an absent code is 0, and below a Remaining Length of 4 there are no
    // properties.
    if (reader.remaining() > 0) ack.code = reader.reason_code("reason code", rules.code_clause);
    if (reader.remaining() > 0) {
      ack.properties = read_properties(reader, static_cast<PropertyPlace>(Ack::type));
    }
  }
  reader.expect_end(rules.length_clause);
  return reader.finish(std::move(ack));
}

}  // namespace

Result<void> encode_puback(Bytes& out, Version version, const Puback& puback) {
  return encode_ack(out, version, puback);
}
Result<void> encode_pubrec(Bytes& out, Version version, const Pubrec& pubrec) {
  return encode_ack(out, version, pubrec);
}
Result<void> encode_pubrel(Bytes& out, Version version, const Pubrel& pubrel) {
  return encode_ack(out, version, pubrel);
}
Result<void> encode_pubcomp(Bytes& out, Version version, const Pubcomp& pubcomp) {
  return encode_ack(out, version, pubcomp);
}

Parsed<Puback> decode_puback(const Frame& frame, Version version) {
  return decode_ack<Puback>(frame, version);
}
Parsed<Pubrec> decode_pubrec(const Frame& frame, Version version) {
  return decode_ack<Pubrec>(frame, version);
}
Parsed<Pubrel> decode_pubrel(const Frame& frame, Version version) {
  return decode_ack<Pubrel>(frame, version);
}
Parsed<Pubcomp> decode_pubcomp(const Frame& frame, Version version) {
  return decode_ack<Pubcomp>(frame, version);
}

std::optional<AckView> peek_ack(const Frame& frame) {
  const auto body = frame.body();
  if (frame.type < PacketType::puback || frame.type > PacketType::pubcomp || body.size() < 2) {
    return std::nullopt;
  }
  return AckView{static_cast<std::uint16_t>((body[0] << 8) | body[1]),
                 body.size() > 2 ? body[2] : std::uint8_t{0}};
}

}  // namespace handfast::mqtt
