#include "core/mqtt/auth.hpp"

#include "core/mqtt/detail/field_reader.hpp"
#include "core/mqtt/detail/packet_writer.hpp"

namespace handfast::mqtt {

namespace {

using detail::Clause;

constexpr Clause reserved_type{"§2.2.1", ""};
constexpr Clause fixed_flags{"[MQTT-2.2.2-2]", "[MQTT-3.15.1-1]"};
constexpr Clause listed_code{"", "[MQTT-3.15.2-1]"};
constexpr Clause method_present{"", "§3.15.2.2.2"};

}  // namespace

Result<void> encode_auth(Bytes& out, const Auth& auth) {
  detail::PacketWriter writer(out, Version::v5_0, PacketType::auth);
  if (auth.code != 0 || !auth.properties.empty()) {
    writer.u8(auth.code);
    writer.properties(auth.properties);
  }
  return writer.finish();
}

Parsed<Auth> decode_auth(const Frame& frame, Version version) {
  detail::FieldReader reader(frame, version);
  Auth auth;
  if (!reader.is_v5()) reader.fail(0, reserved_type, "a packet type of 1 to 14", "15");
  reader.expect_flags(0, fixed_flags);
  // §3.15.2.1: both may be left off when the code is 0 and there are no properties.
  if (reader.remaining() > 0) {
    auth.code = reader.reason_code("reason code", listed_code);
    const auto at = reader.offset();
    auth.properties = read_properties(reader, PropertyPlace::auth);
    if (!find_text(auth.properties, PropertyId::authentication_method)) {
      reader.fail(at, method_present, "authentication_method", "none", reason::protocol_error);
    }
  }
  return reader.finish(std::move(auth));
}

}  // namespace handfast::mqtt
