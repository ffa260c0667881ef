#include <fmt/format.h>

#include <limits>
#include <stdexcept>

#include "core/coap/message.hpp"

namespace handfast::coap {
namespace {

constexpr std::size_t header_bytes = 4;
constexpr std::uint8_t version = 1;
constexpr std::size_t longest_token = 8;
constexpr std::uint8_t payload_marker = 0xff;

// Section 3.1: a nibble of 13 or 14 is followed by one or two more bytes, 15 is reserved.
constexpr unsigned nibble_one_byte = 13;
constexpr unsigned nibble_two_bytes = 14;
constexpr unsigned nibble_reserved = 15;
constexpr unsigned base_two_bytes = 269;

/// The value that a nibble and the bytes behind it stand for; nullopt when they are missing.
std::optional<unsigned> extended(ByteReader& in, unsigned nibble) {
  if (nibble == nibble_one_byte) {
    const auto more = in.u8();
    if (!more) return std::nullopt;
    return nibble_one_byte + *more;
  }
  if (nibble == nibble_two_bytes) {
    const auto more = in.u16();
    if (!more) return std::nullopt;
    return base_two_bytes + *more;
  }
  return nibble;
}

/// Reads one option into `message`.
std::optional<Malformed> read_option(ByteReader& in, std::uint8_t head, Message& message) {
  const std::size_t at = in.offset() - 1;
  const unsigned delta_nibble = head >> 4;
  const unsigned length_nibble = head & 15u;
  if (delta_nibble == nibble_reserved) return Malformed{Defect::bad_option_delta, at};
  if (length_nibble == nibble_reserved) return Malformed{Defect::bad_option_length, at};
  const auto delta = extended(in, delta_nibble);
  if (!delta) return Malformed{Defect::option_overrun, in.offset()};
  const auto length = extended(in, length_nibble);
  if (!length) return Malformed{Defect::option_overrun, in.offset()};
  const unsigned before = message.options.empty() ? 0 : message.options.back().number;
  const unsigned number = before + *delta;
  if (number > std::numeric_limits<std::uint16_t>::max())
    return Malformed{Defect::bad_option_number, at};
  const auto value = in.bytes(*length);
  if (!value) return Malformed{Defect::option_overrun, in.offset()};
  message.options.push_back({static_cast<std::uint16_t>(number), {value->begin(), value->end()}});
  return std::nullopt;
}

bool is_reserved(std::uint8_t code) {
  const unsigned code_class = coap::code_class(code);
  return code_class == 1 || code_class > 5;
}

}  // namespace

Decoded decode(ByteView datagram) {
  if (datagram.size() < header_bytes) return Malformed{Defect::too_short, datagram.size()};
  ByteReader in(datagram);
  const auto first = in.u8().value_or(0);
  Message message;
  message.type = static_cast<Type>((first >> 4) & 3);
  message.code = in.u8().value_or(0);
  message.id = in.u16().value_or(0);
  const std::size_t token_length = first & 15u;
  if (first >> 6 != version) return Malformed{Defect::bad_version, 0};
  if (token_length > longest_token) return Malformed{Defect::bad_token_length, 0};
  if (is_reserved(message.code)) return Malformed{Defect::reserved_class, 1};
  if (message.code == empty_code && (token_length > 0 || !in.empty()))
    return Malformed{Defect::not_empty, token_length > 0 ? 0 : header_bytes};
  const auto token = in.bytes(token_length);
  if (!token) return Malformed{Defect::token_overrun, in.offset()};
  message.token.assign(token->begin(), token->end());
  while (const auto head = in.u8()) {
    if (*head == payload_marker) {
      if (in.empty()) return Malformed{Defect::empty_payload, in.offset() - 1};
      const auto payload = in.rest();
      message.payload.assign(payload.begin(), payload.end());
      return message;
    }
    if (auto malformed = read_option(in, *head, message)) return *malformed;
  }
  return message;
}

std::string_view to_string(Defect defect) {
  switch (defect) {
    case Defect::too_short:
      return "too_short";
    case Defect::bad_version:
      return "bad_version";
    case Defect::bad_token_length:
      return "bad_token_length";
    case Defect::token_overrun:
      return "token_overrun";
    case Defect::bad_option_delta:
      return "bad_option_delta";
    case Defect::bad_option_length:
      return "bad_option_length";
    case Defect::option_overrun:
      return "option_overrun";
    case Defect::bad_option_number:
      return "bad_option_number";
    case Defect::empty_payload:
      return "empty_payload";
    case Defect::not_empty:
      return "not_empty";
    case Defect::reserved_class:
      return "reserved_class";
  }
  return "";
}

std::string Malformed::text() const {
  return fmt::format("{} at byte {}", to_string(defect), offset);
}

void throw_exception_from_error(const Malformed& malformed, const boost::source_location& where) {
  throw std::logic_error(fmt::format("{}:{}: value() of a failed decoding: {}", where.file_name(),
                                     where.line(), malformed.text()));
}

}  // namespace handfast::coap
