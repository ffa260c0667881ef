#include "core/mqtt/detail/field_reader.hpp"

#include <fmt/format.h>

#include <utility>

#include "core/base/text.hpp"
#include "core/base/utf8.hpp"
#include "core/mqtt/varint.hpp"

namespace handfast::mqtt::detail {

namespace {

constexpr Clause well_formed_utf8{"[MQTT-1.5.3-1]", "[MQTT-1.5.4-1]"};
constexpr Clause no_null_character{"[MQTT-1.5.3-2]", "[MQTT-1.5.4-2]"};
constexpr Clause minimal_varint{"§2.2.3", "[MQTT-1.5.5-1]"};
constexpr Clause varint_layout{"§2.2.3", "§1.5.5"};
constexpr Clause nonzero_packet_id{"[MQTT-2.3.1-1]", "§2.2.1"};

std::string byte_count(std::size_t bytes) {
  return fmt::format("{} byte{}", bytes, bytes == 1 ? "" : "s");
}

}  // namespace

FieldReader::FieldReader(const Frame& frame, Version version)
    : frame_(frame), version_(version), reader_(frame.body()) {
  check_minimal_length();
}

void FieldReader::set_version(Version version) {
  version_ = version;
  check_minimal_length();
}

/// Only 5.0 has this rule; 3.1.1 §2.2.3 describes the algorithm and does not forbid padding.
void FieldReader::check_minimal_length() {
  const auto length = static_cast<std::uint32_t>(frame_.body().size());
  const auto used = frame_.header_bytes - 1;
  if (!is_v5() || used == varint_size(length)) return;
  fail(1, minimal_varint,
       fmt::format("Remaining Length {} in {}", length, byte_count(varint_size(length))),
       byte_count(used));
}

std::uint8_t FieldReader::u8(std::string_view field, Clause missing) {
  if (!ok()) return 0;
  const auto value = reader_.u8();
  if (!value) fail_missing(field, 1, missing);
  return value.value_or(0);
}

std::uint16_t FieldReader::u16(std::string_view field, Clause missing) {
  if (!ok()) return 0;
  const auto value = reader_.u16();
  if (!value) fail_missing(field, 2, missing);
  return value.value_or(0);
}

std::uint32_t FieldReader::u32(std::string_view field) {
  if (!ok()) return 0;
  const auto value = reader_.u32();
  if (!value) fail_missing(field, 4, remaining_length);
  return value.value_or(0);
}

std::uint32_t FieldReader::varint(std::string_view field) {
  if (!ok()) return 0;
  const auto at = offset();
  const auto result = get_varint(frame_.packet.subspan(at));
  if (result.fault == VarintFault::truncated) {
    fail_missing(field, reader_.remaining() + 1, remaining_length);
  } else if (result.fault == VarintFault::five_bytes) {
    fail(at + 3, varint_layout, fmt::format("{} of at most four bytes", field),
         fmt::format("0x{:02x} as its fourth byte", frame_.packet[at + 3]));
  } else if (result.value.bytes != varint_size(result.value.value)) {
    fail(at, minimal_varint,
         fmt::format("{} {} in {}", field, result.value.value,
                     byte_count(varint_size(result.value.value))),
         byte_count(result.value.bytes));
  }
  if (!ok()) return 0;
  reader_.bytes(result.value.bytes);
  return result.value.value;
}

ByteView FieldReader::binary(std::string_view field, Clause missing) {
  const auto at = offset();
  const auto length = u16(field, missing);
  if (!ok()) return {};
  const auto value = reader_.bytes(length);
  if (!value) {
    fail(at, missing, fmt::format("{} of {}", field, byte_count(length)),
         fmt::format("{} before the packet's end", byte_count(reader_.remaining())));
  }
  return value.value_or(ByteView{});
}

std::string_view FieldReader::text(std::string_view field, Clause missing) {
  const auto value = as_text(binary(field, missing));
  if (!ok()) return {};
  const auto start = offset() - value.size();
  if (const auto bad = find_ill_formed_utf8(value)) {
    fail(start + *bad, well_formed_utf8, fmt::format("{} in well-formed UTF-8", field),
         fmt::format("0x{:02x}", static_cast<std::uint8_t>(value[*bad])));
  } else if (const auto null = value.find('\0'); null != value.npos) {
    fail(start + null, no_null_character, fmt::format("{} without U+0000", field), "0x00");
  }
  return ok() ? value : std::string_view{};
}

std::string_view FieldReader::topic_name(std::string_view field, Clause no_wildcards) {
  const auto value = text(field);
  const auto wildcard = value.find_first_of("+#");
  if (wildcard == value.npos) return value;
  fail(offset() - value.size() + wildcard, no_wildcards, fmt::format("{} without wildcards", field),
       '"' + printable(value) + '"', reason::topic_name_invalid);
  return {};
}

std::uint16_t FieldReader::packet_id() {
  const auto at = offset();
  const auto value = u16("packet identifier");
  if (ok() && value == 0) {
    fail(at, nonzero_packet_id, "a non-zero packet identifier", "0", reason::protocol_error);
  }
  return value;
}

ByteView FieldReader::bytes(std::size_t count, std::string_view field) {
  if (!ok()) return {};
  const auto value = reader_.bytes(count);
  if (!value) fail_missing(field, count, remaining_length);
  return value.value_or(ByteView{});
}

ByteView FieldReader::rest() { return ok() ? reader_.rest() : ByteView{}; }

void FieldReader::expect_flags(std::uint8_t flags, Clause clause) {
  if (frame_.flags == flags) return;
  fail(0, clause, fmt::format("fixed header flags 0x{:x}", flags),
       fmt::format("0x{:x}", frame_.flags));
}

std::uint8_t FieldReader::reason_code(std::string_view field, Clause clause) {
  const auto at = offset();
  const auto code = u8(field);
  if (ok() && !is_listed_reason(version_, frame_.type, code)) {
    fail(at, clause, fmt::format("a listed {}", field), fmt::format("0x{:02x}", code),
         reason::protocol_error);
  }
  return code;
}

void FieldReader::expect_end(Clause clause) {
  if (remaining() == 0) return;
  fail(offset(), clause, "the packet's end", fmt::format("{} more", byte_count(remaining())));
}

void FieldReader::fail(std::size_t offset, Clause clause, std::string expected, std::string seen,
                       std::uint8_t reason) {
  if (error_) return;
  error_ = DecodeError{
      .packet = std::string(to_string(frame_.type)),
      .offset = offset,
      .clause = fmt::format("{} {}", to_string(version_), is_v5() ? clause.v5_0 : clause.v3_1_1),
      .expected = std::move(expected),
      .seen = std::move(seen),
      .reason = reason,
  };
}

void FieldReader::fail_missing(std::string_view field, std::size_t bytes, Clause clause) {
  fail(offset(), clause, fmt::format("{} ({})", field, byte_count(bytes)),
       fmt::format("{} before the packet's end", byte_count(reader_.remaining())));
}

}  // namespace handfast::mqtt::detail
