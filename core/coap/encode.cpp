// From a message to its bytes, and what a publish/subscribe client puts into one.
#include <fmt/format.h>

#include "core/coap/message.hpp"

namespace handfast::coap {
namespace {

constexpr std::uint8_t version_bits = 1 << 6;
constexpr std::size_t longest_token = 8;
constexpr std::uint8_t payload_marker = 0xff;
constexpr std::size_t base_one_byte = 13;
constexpr std::size_t base_two_bytes = 269;
constexpr std::size_t longest_option = 65535 + base_two_bytes;
constexpr std::size_t longest_observe = 3;

std::size_t nibble_of(std::size_t value) {
  if (value < base_one_byte) return value;
  return value < base_two_bytes ? 13 : 14;
}

void put_extended(ByteWriter& out, std::size_t value) {
  if (value < base_one_byte) return;
  if (value < base_two_bytes) {
    out.u8(static_cast<std::uint8_t>(value - base_one_byte));
  } else {
    out.u16(static_cast<std::uint16_t>(value - base_two_bytes));
  }
}

/// Each part of `text` between separators; nothing for an empty text.
void add_parts(Message& message, std::uint16_t number, std::string_view text, char separator) {
  while (!text.empty()) {
    const auto end = text.find(separator);
    const auto part = as_bytes(text.substr(0, end));
    message.options.push_back({number, {part.begin(), part.end()}});
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

bool is_valid(const Message& message) {
  if (message.token.size() > longest_token) return false;
  if (message.code == empty_code) {
    return message.token.empty() && message.options.empty() && message.payload.empty();
  }
  std::uint16_t before = 0;
  for (const Option& option : message.options) {
    if (option.number < before || option.value.size() > longest_option) return false;
    before = option.number;
  }
  return true;
}

}  // namespace

bool encode(Bytes& out, const Message& message) {
  if (!is_valid(message)) return false;
  ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>(version_bits | static_cast<unsigned>(message.type) << 4 |
                                      message.token.size()));
  writer.u8(message.code);
  writer.u16(message.id);
  writer.bytes(message.token);
  std::uint16_t before = 0;
  for (const Option& option : message.options) {
    const std::size_t delta = static_cast<std::size_t>(option.number - before);
    const std::size_t length = option.value.size();
    writer.u8(static_cast<std::uint8_t>(nibble_of(delta) << 4 | nibble_of(length)));
    put_extended(writer, delta);
    put_extended(writer, length);
    writer.bytes(option.value);
    before = option.number;
  }
  if (message.payload.empty()) return true;
  writer.u8(payload_marker);
  writer.bytes(message.payload);
  return true;
}

void add_uri(Message& message, std::string_view path, std::string_view query) {
  add_parts(message, option::uri_path, path, '/');
  add_parts(message, option::uri_query, query, '&');
}

void add_observe(Message& message, std::uint32_t value) {
  Option observe{.number = option::observe};
  // An unsigned integer without leading zeros: 0 has no byte at all (section 3.2).
  for (int shift = 16; shift >= 0; shift -= 8) {
    const auto byte = static_cast<std::uint8_t>(value >> shift);
    if (byte != 0 || !observe.value.empty()) observe.value.push_back(byte);
  }
  message.options.push_back(std::move(observe));
}

std::optional<std::uint32_t> observe(const Message& message) {
  for (const Option& one : message.options) {
    if (one.number != option::observe) continue;
    if (one.value.size() > longest_observe) return std::nullopt;
    std::uint32_t value = 0;
    for (const std::uint8_t byte : one.value) value = value << 8 | byte;
    return value;
  }
  return std::nullopt;
}

std::string path(const Message& message) {
  std::string joined;
  for (const Option& one : message.options) {
    if (one.number != option::uri_path) continue;
    if (!joined.empty()) joined += '/';
    joined += as_text(one.value);
  }
  return joined;
}

Message acknowledgement(std::uint16_t id) { return {.type = Type::acknowledgement, .id = id}; }

std::string code_text(std::uint8_t code) {
  return fmt::format("{}.{:02}", code_class(code), code & 31);
}

std::string_view to_string(Type type) {
  switch (type) {
    case Type::confirmable:
      return "CON";
    case Type::non_confirmable:
      return "NON";
    case Type::acknowledgement:
      return "ACK";
    case Type::reset:
      return "RST";
  }
  return "";
}

}  // namespace handfast::coap
