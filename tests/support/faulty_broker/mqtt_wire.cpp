#include "tests/support/faulty_broker/mqtt_wire.hpp"

namespace handfast::test::faulty {

namespace {

constexpr std::size_t most_packet_bytes = std::size_t{64} << 20U;

/// Variable Byte Integer (MQTT 5.0 section 1.5.5).
std::optional<std::size_t> read_varint(ByteReader& in) {
  std::size_t value = 0;
  for (unsigned shift = 0; shift < 28; shift += 7) {
    const auto byte = in.u8();
    if (!byte) return std::nullopt;
    value |= static_cast<std::size_t>(*byte & 0x7fU) << shift;
    if ((*byte & 0x80U) == 0) return value;
  }
  return std::nullopt;
}

void put_varint(Bytes& out, std::size_t value) {
  do {
    const auto low = static_cast<std::uint8_t>(value & 0x7fU);
    value >>= 7U;
    out.push_back(value > 0 ? static_cast<std::uint8_t>(low | 0x80U) : low);
  } while (value > 0);
}

std::optional<std::string> read_string(ByteReader& in) {
  const auto length = in.u16();
  const auto bytes = length ? in.bytes(*length) : std::nullopt;
  if (!bytes) return std::nullopt;
  return std::string(as_text(*bytes));
}

std::optional<ByteView> read_properties(ByteReader& in, std::uint8_t level) {
  if (level != mqtt_5) return ByteView{};
  const auto length = read_varint(in);
  return length ? in.bytes(*length) : std::nullopt;
}

/// Session Expiry Interval among CONNECT's properties (MQTT 5.0 section 3.1.2.11); 0 when absent.
std::uint32_t session_expiry(ByteView properties) {
  ByteReader in(properties);
  while (const auto id = in.u8()) {
    switch (*id) {
      case 0x11:
        return in.u32().value_or(0);
      case 0x21:  // Receive Maximum, Topic Alias Maximum
      case 0x22:
        in.u16();
        break;
      case 0x27:  // Maximum Packet Size
        in.u32();
        break;
      case 0x17:  // Request Problem Information, Request Response Information
      case 0x19:
        in.u8();
        break;
      case 0x26:  // User Property
        read_string(in);
        read_string(in);
        break;
      default:  // Authentication Method and Data
        read_string(in);
    }
  }
  return 0;
}

}  // namespace

std::optional<Packet> take_packet(Bytes& bytes, bool& broken) {
  ByteReader in(bytes);
  const auto first = in.u8();
  const auto length = read_varint(in);
  if (!length) {
    broken = bytes.size() >= 5;
    return std::nullopt;
  }
  broken = *length > most_packet_bytes;
  const auto body = in.bytes(*length);
  if (broken || !body) return std::nullopt;
  Packet packet{.kind = static_cast<std::uint8_t>(*first >> 4U),
                .flags = static_cast<std::uint8_t>(*first & 0x0fU),
                .body = Bytes(body->begin(), body->end())};
  bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(in.offset()));
  return packet;
}

// protocol name, level, flags, keep alive, [properties], client identifier, [Will], [user name],
// [password] (MQTT 3.1.1 section 3.1, MQTT 5.0 section 3.1)
std::optional<Connect> read_connect(const Packet& packet) {
  ByteReader in(packet.body);
  Connect out;
  const auto name = read_string(in);
  const auto level = in.u8();
  if (packet.kind != connect_packet || packet.flags != 0 || !name || !level) return std::nullopt;
  out.level = *level;
  out.supported = *name == "MQTT" && (*level == 4 || *level == mqtt_5);
  if (!out.supported) return out;
  const auto flags = in.u8();
  const auto keep_alive = in.u16();
  const auto properties = read_properties(in, *level);
  auto id = read_string(in);
  if (!flags || !keep_alive || !properties || !id || (*flags & 1U) != 0) return std::nullopt;
  out.clean = (*flags & 2U) != 0;
  out.keep_session = *level == mqtt_5 ? session_expiry(*properties) > 0 : !out.clean;
  out.keep_alive_s = *keep_alive;
  out.client_id = std::move(*id);
  if ((*flags & 4U) != 0) {
    if (!read_properties(in, *level)) return std::nullopt;
    auto topic = read_string(in);
    const auto payload = read_string(in);
    if (!topic || !payload) return std::nullopt;
    const auto bytes = as_bytes(*payload);
    out.will = Message{.topic = std::move(*topic),
                       .payload = Bytes(bytes.begin(), bytes.end()),
                       .qos = static_cast<std::uint8_t>((*flags >> 3U) & 3U)};
  }
  if ((*flags & 0x80U) != 0 && !(out.user = read_string(in))) return std::nullopt;
  if ((*flags & 0x40U) != 0 && !(out.password = read_string(in))) return std::nullopt;
  if (!in.empty()) return std::nullopt;
  return out;
}

std::optional<Publish> read_publish(const Packet& packet, std::uint8_t level, bool whole) {
  ByteReader in(packet.body);
  Publish out;
  auto topic = read_string(in);
  out.message.qos = static_cast<std::uint8_t>((packet.flags >> 1U) & 3U);
  if (!topic || topic->empty() || topic->find_first_of("+#") != std::string::npos) {
    return std::nullopt;
  }
  if (out.message.qos > 1) return std::nullopt;  // CONNACK says Maximum QoS 1 to MQTT 5.0
  if (out.message.qos > 0) {
    const auto id = in.u16();
    if (!id || (*id == 0 && whole)) return std::nullopt;
    out.id = *id;
  }
  if (!read_properties(in, level)) return std::nullopt;
  out.message.topic = std::move(*topic);
  const auto payload = in.rest();
  out.message.payload.assign(payload.begin(), payload.end());
  return out;
}

std::optional<Filters> read_filters(const Packet& packet, std::uint8_t level) {
  ByteReader in(packet.body);
  Filters out;
  const auto id = in.u16();
  if (packet.flags != 2 || !id || !read_properties(in, level)) return std::nullopt;
  out.id = *id;
  while (!in.empty()) {
    auto filter = read_string(in);
    if (!filter || filter->empty()) return std::nullopt;
    const auto options =
        packet.kind == subscribe_packet ? in.u8() : std::optional<std::uint8_t>(std::uint8_t{0});
    if (!options) return std::nullopt;
    out.filters.emplace_back(std::move(*filter), static_cast<std::uint8_t>(*options & 3U));
  }
  if (out.filters.empty()) return std::nullopt;
  return out;
}

void put_packet(Bytes& out, std::uint8_t first, ByteView body) {
  out.push_back(first);
  put_varint(out, body.size());
  out.insert(out.end(), body.begin(), body.end());
}

void put_publish(Bytes& out, const Message& message, std::uint16_t id, std::uint8_t level) {
  Bytes body;
  ByteWriter writer(body);
  writer.u16(static_cast<std::uint16_t>(message.topic.size()));
  writer.bytes(as_bytes(message.topic));
  if (message.qos > 0) writer.u16(id);
  if (level == mqtt_5) writer.u8(0);
  writer.bytes(message.payload);
  put_packet(out, static_cast<std::uint8_t>(0x30 | message.qos << 1), body);
}

}  // namespace handfast::test::faulty
