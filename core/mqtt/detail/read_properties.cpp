#include <fmt/format.h>

#include "core/mqtt/detail/field_reader.hpp"

namespace handfast::mqtt::detail {

namespace {

constexpr Clause property_rules{"", "§2.2.2.2"};

/// Rules of single properties that a range cannot tell.
void check_value(FieldReader& reader, std::size_t at, const PropertyInfo& info,
                 std::uint32_t value) {
  if (value >= info.minimum && value <= info.maximum) return;
  const bool alias = info.id == PropertyId::topic_alias;
  reader.fail(at, {"", alias ? "[MQTT-3.3.2-8]" : info.section},
              info.maximum < 0xffff
                  ? fmt::format("{} of {} to {}", info.name, info.minimum, info.maximum)
                  : fmt::format("{} above 0", info.name),
              std::to_string(value), alias ? reason::topic_alias_invalid : reason::protocol_error);
}

std::uint32_t read_number(FieldReader& reader, const PropertyInfo& info) {
  const auto at = reader.offset();
  std::uint32_t value = 0;
  if (info.type == PropertyType::byte) value = reader.u8(info.name);
  if (info.type == PropertyType::two_byte) value = reader.u16(info.name);
  if (info.type == PropertyType::four_byte) value = reader.u32(info.name);
  if (info.type == PropertyType::varint) value = reader.varint(info.name);
  if (reader.ok()) check_value(reader, at, info, value);
  return value;
}

PropertyValue read_value(FieldReader& reader, const PropertyInfo& info) {
  switch (info.type) {
    case PropertyType::text:
      if (info.id == PropertyId::response_topic) {
        return std::string(reader.topic_name(info.name, {"", "[MQTT-3.3.2-14]"}));
      }
      return std::string(reader.text(info.name));
    case PropertyType::text_pair: {
      std::string name(reader.text("user_property name"));
      std::string value(reader.text("user_property value"));
      return TextPair(std::move(name), std::move(value));
    }
    case PropertyType::binary: {
      const auto bytes = reader.binary(info.name);
      return Bytes(bytes.begin(), bytes.end());
    }
    default:
      return read_number(reader, info);
  }
}

/// The table row of the next property, when it may stand here.
const PropertyInfo* read_info(FieldReader& reader, PropertyPlace place, std::uint64_t& seen) {
  const auto at = reader.offset();
  const auto id = reader.varint("property identifier");
  if (!reader.ok()) return nullptr;
  const auto* info = find_property_info(id);
  if (!info) {
    reader.fail(at, property_rules, "a property identifier of table 2-4",
                fmt::format("0x{:02x}", id));
    return nullptr;
  }
  if (!info->allowed_in(place)) {
    reader.fail(at, property_rules,
                place == PropertyPlace::will ? "a property that a will may have"
                                             : "a property that this packet may have",
                std::string(info->name));
    return nullptr;
  }
  const auto bit = std::uint64_t{1} << id;
  if ((seen & bit) != 0 && !info->repeatable_in(place)) {
    reader.fail(at, {"", info->section}, fmt::format("{} at most once", info->name), "a second one",
                reason::protocol_error);
    return nullptr;
  }
  seen |= bit;
  return info;
}

void check_authentication(FieldReader& reader, std::size_t at, std::uint64_t seen) {
  const auto has = [seen](PropertyId id) {
    return ((seen >> static_cast<unsigned>(id)) & 1U) != 0;
  };
  if (!has(PropertyId::authentication_data) || has(PropertyId::authentication_method)) return;
  reader.fail(at, {"", "§3.1.2.11.10"}, "authentication_method beside authentication_data",
              "authentication_data alone", reason::protocol_error);
}

}  // namespace

Properties read_properties(FieldReader& reader, PropertyPlace place) {
  if (!reader.is_v5() || !reader.ok()) return {};
  const auto at = reader.offset();
  const auto length = reader.varint("property length");
  if (!reader.ok()) return {};
  if (length > reader.remaining()) {
    reader.fail(at, {"", "§2.2.2.1"}, fmt::format("properties of {} bytes", length),
                fmt::format("{} before the packet's end", reader.remaining()));
    return {};
  }

  Properties properties;
  std::uint64_t seen = 0;  // bit N: identifier N, all of which are below 64
  const auto end = reader.remaining() - length;
  while (reader.ok() && reader.remaining() > end) {
    const auto* info = read_info(reader, place, seen);
    if (!info) break;
    properties.push_back({info->id, read_value(reader, *info)});
  }
  if (reader.ok() && reader.remaining() < end) {
    reader.fail(at, {"", "§2.2.2.1"}, fmt::format("properties that end after {} bytes", length),
                fmt::format("a property {} bytes longer", end - reader.remaining()));
  }
  if (reader.ok()) check_authentication(reader, at, seen);
  return properties;
}

}  // namespace handfast::mqtt::detail
