#include "core/mqtt/publish.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/mqtt/detail/field_reader.hpp"
#include "core/mqtt/detail/packet_writer.hpp"
#include "core/mqtt/varint.hpp"

namespace handfast::mqtt {

namespace {

using detail::Clause;
using detail::FieldReader;

constexpr Clause qos_three{"[MQTT-3.3.1-4]", "[MQTT-3.3.1-4]"};
constexpr Clause dup_with_qos_zero{"[MQTT-3.3.1-2]", "[MQTT-3.3.1-2]"};
constexpr Clause no_wildcards{"[MQTT-3.3.2-2]", "[MQTT-3.3.2-2]"};
constexpr Clause topic_present{"[MQTT-4.7.3-1]", "§3.3.2.1"};

/// Fixed header flags: | DUP:1 | QoS:2 | RETAIN:1 | (MQTT 5.0 §3.3.1).
template <class Model>
void read_flags(FieldReader& reader, unsigned flags, Model& publish) {
  publish.dup = (flags & 8) != 0;
  publish.qos = static_cast<std::uint8_t>((flags >> 1) & 3);
  publish.retain = (flags & 1) != 0;
  if (publish.qos == 3) {
    reader.fail(0, qos_three, "QoS 0 to 2", "3");
  } else if (publish.qos == 0 && publish.dup) {
    reader.fail(0, dup_with_qos_zero, "DUP 0 with QoS 0", "DUP 1");
  }
}

Problem too_long(std::string_view what, std::size_t bytes, std::size_t limit) {
  return internal_problem(fmt::format("{} has {} bytes, the format holds {}", what, bytes, limit),
                          "PUBLISH");
}

/// Makes room in one step and leaves room to grow, so a buffer that collects packets stays linear.
void make_room(Bytes& out, std::size_t bytes) {
  const auto needed = out.size() + bytes;
  if (needed > out.capacity()) out.reserve(std::max(needed, out.capacity() * 2));
}

}  // namespace

Result<void> encode_publish(Bytes& out, Version version, const PublishView& publish) {
  if (publish.topic.size() > 0xffff) return too_long("topic name", publish.topic.size(), 0xffff);
  if (publish.properties.size() > max_varint) {
    return too_long("properties", publish.properties.size(), max_varint);
  }
  const auto property_bytes = static_cast<std::uint32_t>(publish.properties.size());
  std::size_t length =
      2 + publish.topic.size() + (publish.qos > 0 ? 2 : 0) + publish.payload.size();
  if (version == Version::v5_0) {
    length += varint_size(property_bytes) + property_bytes;
  } else if (property_bytes > 0) {
    return internal_problem("MQTT 3.1.1 has no properties", "PUBLISH");
  }
  if (length > max_varint) return too_long("the packet", length, max_varint);

  make_room(out, 5 + length);
  ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>(0x30U | (publish.dup ? 8U : 0U) | ((publish.qos & 3U) << 1) |
                                      (publish.retain ? 1U : 0U)));
  put_varint(writer, static_cast<std::uint32_t>(length));
  writer.u16(static_cast<std::uint16_t>(publish.topic.size()));
  writer.bytes(as_bytes(publish.topic));
  if (publish.qos > 0) writer.u16(publish.packet_id);
  if (version == Version::v5_0) {
    put_varint(writer, property_bytes);
    writer.bytes(publish.properties);
  }
  writer.bytes(publish.payload);
  return {};
}

Result<void> encode_publish(Bytes& out, Version version, const Publish& publish) {
  Bytes properties;
  if (auto written = detail::write_properties(properties, publish.properties); !written) {
    auto problem = written.error();
    problem.where = "PUBLISH";
    return problem;
  }
  return encode_publish(out, version,
                        PublishView{.dup = publish.dup,
                                    .qos = publish.qos,
                                    .retain = publish.retain,
                                    .topic = publish.topic,
                                    .packet_id = publish.packet_id,
                                    .properties = properties,
                                    .payload = publish.payload});
}

Parsed<Publish> decode_publish(const Frame& frame, Version version) {
  FieldReader reader(frame, version);
  Publish publish;
  read_flags(reader, frame.flags, publish);
  const auto topic_at = reader.offset();
  publish.topic = reader.topic_name("topic name", no_wildcards);
  if (publish.qos > 0) publish.packet_id = reader.packet_id();
  publish.properties = read_properties(reader, PropertyPlace::publish);
  if (publish.topic.empty() && !find_number(publish.properties, PropertyId::topic_alias)) {
    reader.fail(topic_at, topic_present,
                reader.is_v5() ? "a topic name or a topic alias" : "a topic name",
                "an empty topic name", reason::protocol_error);
  }
  const auto payload = reader.rest();
  publish.payload.assign(payload.begin(), payload.end());
  return reader.finish(std::move(publish));
}

Parsed<PublishView> view_publish(const Frame& frame, Version version) {
  FieldReader reader(frame, version);
  PublishView publish;
  read_flags(reader, frame.flags, publish);
  publish.topic = as_text(reader.binary("topic name"));
  if (publish.qos > 0) publish.packet_id = reader.packet_id();
  if (reader.is_v5())
    publish.properties = reader.bytes(reader.varint("property length"), "properties");
  publish.payload = reader.rest();
  return reader.finish(publish);
}

}  // namespace handfast::mqtt
