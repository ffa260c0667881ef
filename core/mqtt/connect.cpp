#include "core/mqtt/connect.hpp"

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/mqtt/detail/field_reader.hpp"
#include "core/mqtt/detail/packet_writer.hpp"

namespace handfast::mqtt {

namespace {

using detail::Clause;
using detail::FieldReader;
using detail::PacketWriter;

/// Connect Flags (MQTT 5.0 §3.1.2.3):
///
///     | user name:1 | password:1 | will retain:1 | will QoS:2 | will:1 | clean start:1 |
///     reserved:1 |
namespace flag {
constexpr unsigned reserved = 0x01;
constexpr unsigned clean_start = 0x02;
constexpr unsigned will = 0x04;
constexpr unsigned will_qos = 0x18;
constexpr unsigned will_retain = 0x20;
constexpr unsigned password = 0x40;
constexpr unsigned user_name = 0x80;
}  // namespace flag

constexpr Clause protocol_name{"[MQTT-3.1.2-1]", "[MQTT-3.1.2-1]"};
constexpr Clause protocol_level{"[MQTT-3.1.2-2]", "[MQTT-3.1.2-2]"};
constexpr Clause reserved_flag{"[MQTT-3.1.2-3]", "[MQTT-3.1.2-3]"};
constexpr Clause will_fields{"[MQTT-3.1.2-9]", "[MQTT-3.1.2-9]"};
constexpr Clause will_qos_without_will{"[MQTT-3.1.2-13]", "[MQTT-3.1.2-11]"};
constexpr Clause will_qos_three{"[MQTT-3.1.2-14]", "[MQTT-3.1.2-12]"};
constexpr Clause will_retain_without_will{"[MQTT-3.1.2-15]", "[MQTT-3.1.2-13]"};
constexpr Clause user_name_field{"[MQTT-3.1.2-19]", "[MQTT-3.1.2-17]"};
constexpr Clause password_field{"[MQTT-3.1.2-21]", "[MQTT-3.1.2-19]"};
constexpr Clause password_without_user_name{"[MQTT-3.1.2-22]", ""};
constexpr Clause client_id_field{"[MQTT-3.1.3-3]", "[MQTT-3.1.3-3]"};
constexpr Clause wildcard_in_name{"[MQTT-4.7.1-1]", "[MQTT-4.7.0-1]"};
constexpr Clause fixed_flags{"[MQTT-2.2.2-2]", "[MQTT-2.1.3-1]"};

unsigned flags_of(const Connect& connect) {
  unsigned flags = connect.clean_start ? flag::clean_start : 0;
  if (connect.will) {
    flags |= flag::will | ((connect.will->qos & 3U) << 3);
    if (connect.will->retain) flags |= flag::will_retain;
  }
  if (connect.password) flags |= flag::password;
  if (connect.user_name) flags |= flag::user_name;
  return flags;
}

void read_protocol(FieldReader& reader) {
  const auto name_at = reader.offset();
  const auto name = reader.text("protocol name");
  if (reader.ok() && name != "MQTT") {
    reader.fail(name_at, protocol_name, "protocol name \"MQTT\"", '"' + printable(name) + '"',
                reason::unsupported_protocol_version);
  }
  const auto level_at = reader.offset();
  const auto level = reader.u8("protocol level");
  if (!reader.ok()) return;
  if (level != static_cast<unsigned>(Version::v3_1_1) &&
      level != static_cast<unsigned>(Version::v5_0)) {
    reader.fail(level_at, protocol_level, "protocol level 4 or 5", std::to_string(level),
                reason::unsupported_protocol_version);
    return;
  }
  reader.set_version(static_cast<Version>(level));
}

unsigned read_flags(FieldReader& reader) {
  const auto at = reader.offset();
  const unsigned flags = reader.u8("connect flags");
  if (!reader.ok()) return 0;
  const auto seen = fmt::format("connect flags 0x{:02x}", flags);
  if (flags & flag::reserved) reader.fail(at, reserved_flag, "reserved flag 0", seen);
  if (flags & flag::will) {
    if ((flags & flag::will_qos) == flag::will_qos) {
      reader.fail(at, will_qos_three, "will QoS 0 to 2", seen);
    }
  } else {
    if (flags & flag::will_qos) {
      reader.fail(at, will_qos_without_will, "will QoS 0 without the will flag", seen);
    }
    if (flags & flag::will_retain) {
      reader.fail(at, will_retain_without_will, "will retain 0 without the will flag", seen);
    }
  }
  if (!reader.is_v5() && (flags & flag::password) && !(flags & flag::user_name)) {
    reader.fail(at, password_without_user_name, "no password without a user name", seen);
  }
  return flags;
}

Will read_will(FieldReader& reader, unsigned flags) {
  Will will;
  will.qos = static_cast<std::uint8_t>((flags & flag::will_qos) >> 3);
  will.retain = (flags & flag::will_retain) != 0;
  will.properties = read_properties(reader, PropertyPlace::will);
  if (reader.ok() && reader.remaining() == 0) {
    reader.fail(reader.offset(), will_fields, "will topic and payload", "the packet's end");
  }
  will.topic = reader.topic_name("will topic", wildcard_in_name);
  const auto payload = reader.binary("will payload", will_fields);
  will.payload.assign(payload.begin(), payload.end());
  return will;
}

}  // namespace

Result<void> encode_connect(Bytes& out, const Connect& connect) {
  PacketWriter writer(out, connect.version, PacketType::connect);
  writer.text("MQTT", "protocol name");
  writer.u8(static_cast<std::uint8_t>(connect.version));
  writer.u8(static_cast<std::uint8_t>(flags_of(connect)));
  writer.u16(connect.keep_alive_s);
  writer.properties(connect.properties);
  writer.text(connect.client_id, "client identifier");
  if (const auto& will = connect.will) {
    writer.properties(will->properties);
    writer.text(will->topic, "will topic");
    writer.binary(will->payload, "will payload");
  }
  if (connect.user_name) writer.text(*connect.user_name, "user name");
  if (connect.password) writer.binary(*connect.password, "password");
  return writer.finish();
}

Parsed<Connect> decode_connect(const Frame& frame) {
  // Until the level is read, the rules that both versions share are cited by their 3.1.1 text.
  FieldReader reader(frame, Version::v3_1_1);
  Connect connect;
  reader.expect_flags(0, fixed_flags);
  read_protocol(reader);
  connect.version = reader.version();
  const auto flags = read_flags(reader);
  connect.clean_start = (flags & flag::clean_start) != 0;
  connect.keep_alive_s = reader.u16("keep alive");
  connect.properties = read_properties(reader, PropertyPlace::connect);
  connect.client_id = reader.text("client identifier", client_id_field);
  if (flags & flag::will) connect.will = read_will(reader, flags);
  if (flags & flag::user_name) connect.user_name = reader.text("user name", user_name_field);
  if (flags & flag::password) {
    const auto password = reader.binary("password", password_field);
    connect.password.emplace(password.begin(), password.end());
  }
  return reader.finish(std::move(connect));
}

}  // namespace handfast::mqtt
