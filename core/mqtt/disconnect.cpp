#include "core/mqtt/disconnect.hpp"

#include "core/mqtt/detail/field_reader.hpp"
#include "core/mqtt/detail/packet_writer.hpp"

namespace handfast::mqtt {

namespace {

using detail::Clause;

constexpr Clause fixed_flags{"[MQTT-3.14.1-1]", "[MQTT-3.14.1-1]"};
constexpr Clause listed_code{"", "[MQTT-3.14.2-1]"};
constexpr Clause no_body{"§3.14.1", "§2.1.4"};

}  // namespace

Result<void> encode_disconnect(Bytes& out, Version version, const Disconnect& disconnect) {
  detail::PacketWriter writer(out, version, PacketType::disconnect);
  if (version == Version::v3_1_1) {
    if (disconnect.code != 0) writer.problem("MQTT 3.1.1 has no reason codes here");
    writer.properties(disconnect.properties);
  } else if (!disconnect.properties.empty()) {
    writer.u8(disconnect.code);
    writer.properties(disconnect.properties);
  } else if (disconnect.code != 0) {
    writer.u8(disconnect.code);
  }
  return writer.finish();
}

Parsed<Disconnect> decode_disconnect(const Frame& frame, Version version) {
  detail::FieldReader reader(frame, version);
  Disconnect disconnect;
  reader.expect_flags(0, fixed_flags);
  if (reader.is_v5()) {
    // §3.14.2.1, §3.14.2.2.1: an absent code is 0, absent properties are none.
    if (reader.remaining() > 0) disconnect.code = reader.reason_code("reason code", listed_code);
    if (reader.remaining() > 0) {
      disconnect.properties = read_properties(reader, PropertyPlace::disconnect);
    }
  }
  reader.expect_end(no_body);
  return reader.finish(std::move(disconnect));
}

}  // namespace handfast::mqtt
