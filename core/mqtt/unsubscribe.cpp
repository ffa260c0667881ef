#include "core/mqtt/unsubscribe.hpp"

#include "core/mqtt/detail/field_reader.hpp"
#include "core/mqtt/detail/packet_writer.hpp"

namespace handfast::mqtt {

namespace {

using detail::Clause;
using detail::FieldReader;

constexpr Clause unsubscribe_flags{"[MQTT-3.10.1-1]", "[MQTT-3.10.1-1]"};
constexpr Clause at_least_one{"[MQTT-3.10.3-2]", "[MQTT-3.10.3-2]"};
constexpr Clause nonempty_filter{"[MQTT-4.7.3-1]", "[MQTT-4.7.3-1]"};
constexpr Clause unsuback_flags{"[MQTT-2.2.2-2]", "[MQTT-2.1.3-1]"};
constexpr Clause unsuback_codes{"", "[MQTT-3.11.3-2]"};
constexpr Clause unsuback_payload{"§3.11.1", "§3.11.3"};

}  // namespace

Result<void> encode_unsubscribe(Bytes& out, Version version, const Unsubscribe& unsubscribe) {
  detail::PacketWriter writer(out, version, PacketType::unsubscribe, 2);
  writer.u16(unsubscribe.packet_id);
  writer.properties(unsubscribe.properties);
  for (const auto& filter : unsubscribe.filters) writer.text(filter, "topic filter");
  return writer.finish();
}

Result<void> encode_unsuback(Bytes& out, Version version, const Unsuback& unsuback) {
  detail::PacketWriter writer(out, version, PacketType::unsuback);
  writer.u16(unsuback.packet_id);
  writer.properties(unsuback.properties);
  if (version == Version::v3_1_1 && !unsuback.codes.empty()) {
    writer.problem("MQTT 3.1.1 has no reason codes here");
  }
  writer.bytes(unsuback.codes);
  return writer.finish();
}

Parsed<Unsubscribe> decode_unsubscribe(const Frame& frame, Version version) {
  FieldReader reader(frame, version);
  Unsubscribe unsubscribe;
  reader.expect_flags(2, unsubscribe_flags);
  unsubscribe.packet_id = reader.packet_id();
  unsubscribe.properties = read_properties(reader, PropertyPlace::unsubscribe);
  if (reader.ok() && reader.remaining() == 0) {
    reader.fail(reader.offset(), at_least_one, "at least one topic filter", "none",
                reason::protocol_error);
  }
  while (reader.remaining() > 0) {
    const auto at = reader.offset();
    unsubscribe.filters.emplace_back(reader.text("topic filter"));
    if (unsubscribe.filters.back().empty()) {
      reader.fail(at, nonempty_filter, "a topic filter of at least one character", "an empty one");
    }
  }
  return reader.finish(std::move(unsubscribe));
}

Parsed<Unsuback> decode_unsuback(const Frame& frame, Version version) {
  FieldReader reader(frame, version);
  Unsuback unsuback;
  reader.expect_flags(0, unsuback_flags);
  unsuback.packet_id = reader.packet_id();
  if (reader.is_v5()) {
    unsuback.properties = read_properties(reader, PropertyPlace::unsuback);
    if (reader.ok() && reader.remaining() == 0) {
      reader.fail(reader.offset(), unsuback_payload, "a code for each topic filter", "none");
    }
    while (reader.remaining() > 0) {
      unsuback.codes.push_back(reader.reason_code("reason code", unsuback_codes));
    }
  }
  reader.expect_end(unsuback_payload);
  return reader.finish(std::move(unsuback));
}

}  // namespace handfast::mqtt
