#include "harness/probe/datagram/records.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/tls/alert.hpp"
#include "core/tls/client.hpp"

namespace handfast::probe {

namespace {

constexpr std::size_t alert_bytes = 2;

std::optional<std::uint64_t> read_u48(ByteReader& reader) {
  const auto high = reader.u16();
  const auto low = reader.u32();
  if (!high || !low) return std::nullopt;
  return std::uint64_t{*high} << 32 | *low;
}

std::optional<Record> read_record(ByteReader& reader) {
  const auto type = reader.u8();
  const auto version = reader.u16();
  const auto epoch = reader.u16();
  const auto sequence = read_u48(reader);
  const auto length = reader.u16();
  if (!type || !version || !epoch || !sequence || !length) return std::nullopt;
  const auto fragment = reader.bytes(*length);
  if (!fragment) return std::nullopt;
  return Record{.type = static_cast<ContentType>(*type),
                .version = *version,
                .epoch = *epoch,
                .sequence = *sequence,
                .fragment = {fragment->begin(), fragment->end()}};
}

std::string type_name(ContentType type) {
  switch (type) {
    case ContentType::change_cipher_spec:
      return "ChangeCipherSpec";
    case ContentType::alert:
      return "alert";
    case ContentType::handshake:
      return "handshake";
    case ContentType::application_data:
      return "application data";
  }
  return fmt::format("content type {}", static_cast<unsigned>(type));
}

std::string describe(const Fragment& part) {
  const auto name = tls::handshake_name(part.type);
  if (part.whole()) return fmt::format("{} {} B", name, part.length);
  return fmt::format("{} {}..{} of {} B", name, part.offset, part.offset + part.body.size(),
                     part.length);
}

std::string describe(const Record& record) {
  if (record.epoch > 0) {
    return fmt::format("protected {} {} B", type_name(record.type), record.fragment.size());
  }
  if (const auto alert = clear_alert(record)) {
    return "alert " + tls::to_string(tls::Alert{.description = *alert});
  }
  std::vector<std::string> parts;
  for (const auto& part : fragments_of(record)) parts.push_back(describe(part));
  if (parts.empty()) return type_name(record.type);
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

std::optional<std::vector<Record>> split_datagram(ByteView datagram) {
  ByteReader reader(datagram);
  std::vector<Record> records;
  do {
    auto record = read_record(reader);
    if (!record) return std::nullopt;
    records.push_back(std::move(*record));
  } while (!reader.empty());
  return records;
}

void append_record(Bytes& datagram, const Record& record) {
  ByteWriter writer(datagram);
  writer.u8(static_cast<std::uint8_t>(record.type));
  writer.u16(record.version);
  writer.u16(record.epoch);
  writer.u16(static_cast<std::uint16_t>(record.sequence >> 32));
  writer.u32(static_cast<std::uint32_t>(record.sequence));
  writer.u16(static_cast<std::uint16_t>(record.fragment.size()));
  writer.bytes(record.fragment);
}

Bytes datagram_of(const Record& record) {
  Bytes datagram;
  append_record(datagram, record);
  return datagram;
}

std::vector<Fragment> fragments_of(const Record& record) {
  if (record.type != ContentType::handshake || record.epoch != 0) return {};
  ByteReader reader(record.fragment);
  std::vector<Fragment> parts;
  while (!reader.empty()) {
    const auto type = reader.u8();
    const auto length = reader.u24();
    const auto message_seq = reader.u16();
    const auto offset = reader.u24();
    const auto size = reader.u24();
    if (!type || !length || !message_seq || !offset || !size) return {};
    const auto body = reader.bytes(*size);
    if (!body) return {};
    parts.push_back({.type = *type,
                     .length = *length,
                     .message_seq = *message_seq,
                     .offset = *offset,
                     .body = {body->begin(), body->end()}});
  }
  return parts;
}

Bytes to_bytes(const Fragment& fragment) {
  Bytes bytes;
  ByteWriter writer(bytes);
  writer.u8(fragment.type);
  writer.u24(fragment.length);
  writer.u16(fragment.message_seq);
  writer.u24(fragment.offset);
  writer.u24(static_cast<std::uint32_t>(fragment.body.size()));
  writer.bytes(fragment.body);
  return bytes;
}

std::optional<std::uint8_t> clear_alert(const Record& record) {
  const bool clear = record.type == ContentType::alert && record.epoch == 0;
  if (!clear || record.fragment.size() != alert_bytes) return std::nullopt;
  return record.fragment[1];
}

bool holds_protected(ByteView datagram, ContentType type) {
  const auto records = split_datagram(datagram);
  return records && std::ranges::any_of(*records, [type](const Record& record) {
           return record.epoch > 0 && record.type == type;
         });
}

std::string describe_datagram(ByteView datagram) {
  const auto records = split_datagram(datagram);
  if (!records) return fmt::format("no records, {} B", datagram.size());
  std::vector<std::string> parts;
  for (const auto& record : *records) parts.push_back(describe(record));
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace handfast::probe
