#include "core/mqtt/subscribe.hpp"

#include <fmt/format.h>

#include "core/mqtt/detail/field_reader.hpp"
#include "core/mqtt/detail/packet_writer.hpp"

namespace handfast::mqtt {

namespace {

using detail::Clause;
using detail::FieldReader;

constexpr Clause subscribe_flags{"[MQTT-3.8.1-1]", "[MQTT-3.8.1-1]"};
constexpr Clause at_least_one{"[MQTT-3.8.3-3]", "[MQTT-3.8.3-2]"};
constexpr Clause options_3_1_1{"[MQTT-3.8.3-4]", ""};
constexpr Clause option_values{"", "§3.8.3.1"};
constexpr Clause shared_no_local{"", "[MQTT-3.8.3-4]"};
constexpr Clause reserved_options{"", "[MQTT-3.8.3-5]"};
constexpr Clause nonempty_filter{"[MQTT-4.7.3-1]", "[MQTT-4.7.3-1]"};
constexpr Clause suback_flags{"[MQTT-2.2.2-2]", "[MQTT-2.1.3-1]"};
constexpr Clause suback_codes{"[MQTT-3.9.3-2]", "[MQTT-3.9.3-2]"};
constexpr Clause suback_payload{"§3.9.3", "§3.9.3"};

unsigned options_of(const Subscription& subscription, Version version) {
  const unsigned qos = subscription.qos & 3U;
  if (version == Version::v3_1_1) return qos;
  return qos | (subscription.no_local ? 4U : 0U) | (subscription.retain_as_published ? 8U : 0U) |
         ((subscription.retain_handling & 3U) << 4);
}

void check_options_5_0(FieldReader& reader, std::size_t at, unsigned options,
                       const Subscription& subscription) {
  const auto seen = fmt::format("options 0x{:02x}", options);
  if ((options & 0xc0) != 0) reader.fail(at, reserved_options, "reserved option bits 0", seen);
  if (subscription.qos == 3) {
    reader.fail(at, option_values, "maximum QoS 0 to 2", seen, reason::protocol_error);
  }
  if (subscription.retain_handling == 3) {
    reader.fail(at, option_values, "retain handling 0 to 2", seen, reason::protocol_error);
  }
  if (subscription.no_local && subscription.filter.starts_with("$share/")) {
    reader.fail(at, shared_no_local, "no local 0 on a shared subscription", seen,
                reason::protocol_error);
  }
}

Subscription read_subscription(FieldReader& reader) {
  Subscription subscription;
  const auto filter_at = reader.offset();
  subscription.filter = reader.text("topic filter");
  if (subscription.filter.empty()) {
    reader.fail(filter_at, nonempty_filter, "a topic filter of at least one character",
                "an empty one");
  }
  const auto options_at = reader.offset();
  const unsigned options = reader.u8("subscription options");
  subscription.qos = static_cast<std::uint8_t>(options & 3);
  if (!reader.is_v5()) {
    if (options > 2) {
      reader.fail(options_at, options_3_1_1, "requested QoS 0 to 2",
                  fmt::format("0x{:02x}", options));
    }
    return subscription;
  }
  subscription.no_local = (options & 4) != 0;
  subscription.retain_as_published = (options & 8) != 0;
  subscription.retain_handling = static_cast<std::uint8_t>((options >> 4) & 3);
  check_options_5_0(reader, options_at, options, subscription);
  return subscription;
}

}  // namespace

Result<void> encode_subscribe(Bytes& out, Version version, const Subscribe& subscribe) {
  detail::PacketWriter writer(out, version, PacketType::subscribe, 2);
  writer.u16(subscribe.packet_id);
  writer.properties(subscribe.properties);
  for (const auto& subscription : subscribe.subscriptions) {
    writer.text(subscription.filter, "topic filter");
    writer.u8(static_cast<std::uint8_t>(options_of(subscription, version)));
  }
  return writer.finish();
}

Result<void> encode_suback(Bytes& out, Version version, const Suback& suback) {
  detail::PacketWriter writer(out, version, PacketType::suback);
  writer.u16(suback.packet_id);
  writer.properties(suback.properties);
  writer.bytes(suback.codes);
  return writer.finish();
}

Parsed<Subscribe> decode_subscribe(const Frame& frame, Version version) {
  FieldReader reader(frame, version);
  Subscribe subscribe;
  reader.expect_flags(2, subscribe_flags);
  subscribe.packet_id = reader.packet_id();
  subscribe.properties = read_properties(reader, PropertyPlace::subscribe);
  if (reader.ok() && reader.remaining() == 0) {
    reader.fail(reader.offset(), at_least_one, "at least one topic filter", "none",
                reason::protocol_error);
  }
  while (reader.remaining() > 0) subscribe.subscriptions.push_back(read_subscription(reader));
  return reader.finish(std::move(subscribe));
}

Parsed<Suback> decode_suback(const Frame& frame, Version version) {
  FieldReader reader(frame, version);
  Suback suback;
  reader.expect_flags(0, suback_flags);
  suback.packet_id = reader.packet_id();
  suback.properties = read_properties(reader, PropertyPlace::suback);
  if (reader.ok() && reader.remaining() == 0) {
    reader.fail(reader.offset(), suback_payload, "a code for each topic filter", "none");
  }
  while (reader.remaining() > 0) {
    suback.codes.push_back(
        reader.reason_code(reader.is_v5() ? "reason code" : "return code", suback_codes));
  }
  return reader.finish(std::move(suback));
}

}  // namespace handfast::mqtt
