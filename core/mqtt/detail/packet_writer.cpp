#include "core/mqtt/detail/packet_writer.hpp"

#include <fmt/format.h>

#include "core/mqtt/varint.hpp"

namespace handfast::mqtt::detail {

namespace {

constexpr std::size_t max_field_bytes = 0xffff;

/// Inserts a Variable Byte Integer before position `at`.
void insert_varint(Bytes& out, std::size_t at, std::uint32_t value) {
  std::uint8_t encoded[4];
  std::size_t size = 0;
  for (; value >= 0x80; value >>= 7) encoded[size++] = static_cast<std::uint8_t>(value | 0x80);
  encoded[size++] = static_cast<std::uint8_t>(value);
  out.insert(out.begin() + static_cast<std::ptrdiff_t>(at), encoded, encoded + size);
}

Problem too_long(std::string_view field, std::size_t bytes) {
  return internal_problem(
      fmt::format("{} has {} bytes, the format holds {}", field, bytes, max_field_bytes));
}

/// Writes one value; false when it does not have the wire type.
bool write_number(ByteWriter& writer, PropertyType type, std::uint32_t value) {
  switch (type) {
    case PropertyType::byte:
      writer.u8(static_cast<std::uint8_t>(value));
      return value <= 0xff;
    case PropertyType::two_byte:
      writer.u16(static_cast<std::uint16_t>(value));
      return value <= 0xffff;
    case PropertyType::four_byte:
      writer.u32(value);
      return true;
    case PropertyType::varint:
      if (value > max_varint) return false;
      put_varint(writer, value);
      return true;
    default:
      return false;
  }
}

bool write_field(ByteWriter& writer, ByteView value) {
  if (value.size() > max_field_bytes) return false;
  writer.u16(static_cast<std::uint16_t>(value.size()));
  writer.bytes(value);
  return true;
}

bool write_value(ByteWriter& writer, PropertyType type, const PropertyValue& value) {
  if (const auto* number = std::get_if<std::uint32_t>(&value)) {
    return write_number(writer, type, *number);
  }
  if (const auto* text = std::get_if<std::string>(&value)) {
    return type == PropertyType::text && write_field(writer, as_bytes(*text));
  }
  if (const auto* bytes = std::get_if<Bytes>(&value)) {
    return type == PropertyType::binary && write_field(writer, *bytes);
  }
  const auto& pair = std::get<TextPair>(value);
  return type == PropertyType::text_pair && write_field(writer, as_bytes(pair.first)) &&
         write_field(writer, as_bytes(pair.second));
}

}  // namespace

PacketWriter::PacketWriter(Bytes& out, Version version, PacketType type, std::uint8_t flags)
    : out_(out), writer_(out), version_(version), type_(type), start_(out.size()) {
  u8(static_cast<std::uint8_t>((static_cast<unsigned>(type) << 4) | (flags & 0x0fU)));
}

void PacketWriter::binary(ByteView value, std::string_view field) {
  if (value.size() > max_field_bytes) {
    if (!problem_) problem_ = too_long(field, value.size());
    return;
  }
  write_field(writer_, value);
}

void PacketWriter::properties(const Properties& properties) {
  if (version_ == Version::v3_1_1) {
    if (!properties.empty()) problem("MQTT 3.1.1 has no properties");
    return;
  }
  const auto at = out_.size();
  if (auto written = write_properties(out_, properties); !written) {
    if (!problem_) problem_ = written.error();
    return;
  }
  const auto length = out_.size() - at;
  if (length > max_varint) {
    problem(fmt::format("properties have {} bytes, the format holds {}", length, max_varint));
    return;
  }
  insert_varint(out_, at, static_cast<std::uint32_t>(length));
}

void PacketWriter::problem(std::string message) {
  if (!problem_) problem_ = internal_problem(std::move(message));
}

Result<void> PacketWriter::finish() {
  const auto length = out_.size() - start_ - 1;
  if (length > max_varint) {
    problem(fmt::format("the packet has {} bytes, the format holds {}", length, max_varint));
  }
  if (problem_) {
    out_.resize(start_);
    problem_->where = std::string(to_string(type_));
    return *std::move(problem_);
  }
  insert_varint(out_, start_ + 1, static_cast<std::uint32_t>(length));
  return {};
}

Result<void> write_properties(Bytes& out, const Properties& properties) {
  ByteWriter writer(out);
  for (const auto& property : properties) {
    const auto* info = find_property_info(static_cast<std::uint32_t>(property.id));
    if (!info) return internal_problem(to_string(property.id) + " is not in table 2-4");
    writer.u8(static_cast<std::uint8_t>(property.id));
    if (!write_value(writer, info->type, property.value)) {
      return internal_problem(fmt::format("{} has a value that does not fit its type", info->name));
    }
  }
  return {};
}

}  // namespace handfast::mqtt::detail
