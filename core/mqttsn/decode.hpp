// Reading one MQTT-SN 1.2 message from one datagram: strict, and every way to be wrong has a name.
#pragma once

#include <array>
#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/mqttsn/message.hpp"

namespace handfast::mqttsn {

/// What a datagram breaks first.
enum class Defect : std::uint8_t {
  empty,            ///< no byte at all
  wrong_length,     ///< Length is not the size of the datagram
  bad_length_form,  ///< Length cannot be that small, or its three bytes are not all there
  unknown_type,     ///< a MsgType that 1.2 does not assign: ignore it (§5.2.2)
  truncated,        ///< a field overruns the message
  trailing_bytes,   ///< more bytes than the message has fields
  reserved_topic,   ///< TopicIdType 3
  bad_protocol,     ///< CONNECT with a ProtocolId other than 1
  bad_topic_id,     ///< 0x0000 or 0xFFFF where an id has to be usable (§5.3.11)
  bad_message_id,   ///< 0 where an answer is expected, or the other way round
  empty_name,       ///< a topic name, filter or client identifier without characters
  bad_radius,       ///< reserved bits of a forwarder's Ctrl
};
inline constexpr std::array defects{
    Defect::empty,        Defect::wrong_length,   Defect::bad_length_form, Defect::unknown_type,
    Defect::truncated,    Defect::trailing_bytes, Defect::reserved_topic,  Defect::bad_protocol,
    Defect::bad_topic_id, Defect::bad_message_id, Defect::empty_name,      Defect::bad_radius};
std::string_view to_string(Defect defect);  ///< "wrong_length"

/// What a peer sent that is no message; evidence, and never a handfast::Problem.
struct Malformed {
  Defect defect{};
  std::size_t offset = 0;  ///< of the byte that is wrong, or where one is missing

  std::string text() const;  ///< "wrong_length at byte 0"
  bool operator==(const Malformed&) const = default;
};

/// Called by Decoded::value() on an error; a programmer's mistake, so it throws std::logic_error.
[[noreturn]] void throw_exception_from_error(const Malformed& malformed,
                                             const boost::source_location& where);

using Decoded = boost::system::result<Message, Malformed>;

/// The message that fills `datagram` exactly.
Decoded decode(ByteView datagram);

}  // namespace handfast::mqttsn
