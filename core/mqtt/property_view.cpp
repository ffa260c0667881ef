#include "core/mqtt/property_view.hpp"

#include "core/mqtt/varint.hpp"

namespace handfast::mqtt {

namespace {

std::optional<ByteView> read_sized(ByteReader& reader) {
  const auto size = reader.u16();
  return size ? reader.bytes(*size) : std::nullopt;
}

std::optional<ByteView> read_varint(ByteReader& reader) {
  ByteReader ahead = reader;
  const auto value = get_varint(ahead.rest());
  return value.fault ? std::nullopt : reader.bytes(value.value.bytes);
}

/// Takes one value off `reader`; of a text pair the second text.
std::optional<ByteView> read_value(ByteReader& reader, PropertyType type) {
  switch (type) {
    case PropertyType::byte:
      return reader.bytes(1);
    case PropertyType::two_byte:
      return reader.bytes(2);
    case PropertyType::four_byte:
      return reader.bytes(4);
    case PropertyType::varint:
      return read_varint(reader);
    case PropertyType::text:
    case PropertyType::binary:
      return read_sized(reader);
    case PropertyType::text_pair:
      return read_sized(reader) ? read_sized(reader) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::optional<ByteView> find_encoded(ByteView properties, PropertyId id) {
  ByteReader reader(properties);
  while (const auto identifier = reader.u8()) {  // table 2-4 ends below 0x80: one byte each
    const PropertyInfo* info = find_property_info(*identifier);
    const auto value = info ? read_value(reader, info->type) : std::nullopt;
    if (!value) return std::nullopt;
    if (info->id == id) return value;
  }
  return std::nullopt;
}

}  // namespace handfast::mqtt
