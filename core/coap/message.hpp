// CoAP messages (RFC 7252 section 3) as values, and the few things that a publish/subscribe client
// needs of them. One datagram, or one DTLS record, carries exactly one message:
//
//      0                   1                   2                   3
//     |Ver| T |  TKL  |      Code     |          Message ID           |
//     |   Token (0 to 8 bytes), options, then FF and payload          |
#pragma once

#include <array>
#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"

namespace handfast::coap {

enum class Type : std::uint8_t {
  confirmable = 0,  ///< answered by an acknowledgement or a reset
  non_confirmable = 1,
  acknowledgement = 2,
  reset = 3,
};
std::string_view to_string(Type type);  ///< "CON", "NON", "ACK", "RST"

/// Codes as RFC 7252 section 5 writes them: class.detail in one byte.
constexpr std::uint8_t code(unsigned code_class, unsigned detail) {
  return static_cast<std::uint8_t>(code_class << 5 | detail);
}
inline constexpr std::uint8_t empty_code = code(0, 0);
inline constexpr std::uint8_t get = code(0, 1);
inline constexpr std::uint8_t post = code(0, 2);
inline constexpr std::uint8_t put = code(0, 3);
inline constexpr std::uint8_t delete_ = code(0, 4);
inline constexpr std::uint8_t created = code(2, 1);
inline constexpr std::uint8_t deleted = code(2, 2);
inline constexpr std::uint8_t changed = code(2, 4);
inline constexpr std::uint8_t content = code(2, 5);
inline constexpr std::uint8_t not_found = code(4, 4);

constexpr unsigned code_class(std::uint8_t code) { return code >> 5; }
constexpr bool is_request(std::uint8_t code) { return code_class(code) == 0 && code != empty_code; }
constexpr bool is_success(std::uint8_t code) { return code_class(code) == 2; }
/// "4.04".
std::string code_text(std::uint8_t code);

namespace option {
inline constexpr std::uint16_t observe = 6;  // RFC 7641
inline constexpr std::uint16_t uri_path = 11;
inline constexpr std::uint16_t content_format = 12;
inline constexpr std::uint16_t uri_query = 15;
}  // namespace option

struct Option {
  std::uint16_t number = 0;
  Bytes value{};

  bool operator==(const Option&) const = default;
};

struct Message {
  Type type = Type::confirmable;
  std::uint8_t code = empty_code;
  std::uint16_t id = 0;
  Bytes token{};                  ///< 0 to 8 bytes
  std::vector<Option> options{};  ///< in ascending order of number
  Bytes payload{};

  bool operator==(const Message&) const = default;
};

/// Appends a Uri-Path option for each segment of `path` ("ps/topic1"), and a Uri-Query for each
/// part of `query` ("qos=1&retain=true"). To be called with a message that has no later option yet.
void add_uri(Message& message, std::string_view path, std::string_view query = {});
/// Observe with 0 to register and 1 to leave (RFC 7641 section 2); before add_uri().
void add_observe(Message& message, std::uint32_t value);
/// The Observe option of a request or notification; nullopt without one, or with one of more than
/// three bytes.
std::optional<std::uint32_t> observe(const Message& message);
/// "ps/topic1".
std::string path(const Message& message);

/// The answer to a confirmable message that carries nothing (section 4.2).
Message acknowledgement(std::uint16_t id);

/// Appends the message. False, and `out` untouched, for a token above 8 bytes, options out of order
/// or longer than 65,804 bytes, and an empty code with anything behind it (section 4.1).
bool encode(Bytes& out, const Message& message);

/// What a datagram breaks first.
enum class Defect : std::uint8_t {
  too_short,         ///< less than the four bytes of the header
  bad_version,       ///< Ver is not 1: to be ignored silently (section 3)
  bad_token_length,  ///< TKL 9 to 15 (section 3)
  token_overrun,
  bad_option_delta,   ///< nibble 15 that is no payload marker (section 3.1)
  bad_option_length,  ///< nibble 15
  option_overrun,     ///< an option's header or value goes beyond the message
  bad_option_number,  ///< above 65535
  empty_payload,      ///< a payload marker with nothing behind it (section 3)
  not_empty,          ///< code 0.00 with bytes behind the header (section 4.1)
  reserved_class,     ///< code class 1, 6 or 7 (section 5.2)
};
inline constexpr std::array defects{
    Defect::too_short,      Defect::bad_version,       Defect::bad_token_length,
    Defect::token_overrun,  Defect::bad_option_delta,  Defect::bad_option_length,
    Defect::option_overrun, Defect::bad_option_number, Defect::empty_payload,
    Defect::not_empty,      Defect::reserved_class};
std::string_view to_string(Defect defect);  ///< "too_short"

/// What a peer sent that is no message; evidence, and never a handfast::Problem.
struct Malformed {
  Defect defect{};
  std::size_t offset = 0;  ///< of the byte that is wrong, or where one is missing

  std::string text() const;  ///< "token_overrun at byte 4"
  bool operator==(const Malformed&) const = default;
};

/// Called by Decoded::value() on an error; a programmer's mistake, so it throws std::logic_error.
[[noreturn]] void throw_exception_from_error(const Malformed& malformed,
                                             const boost::source_location& where);

using Decoded = boost::system::result<Message, Malformed>;

/// The message that fills `datagram` exactly.
Decoded decode(ByteView datagram);

}  // namespace handfast::coap
