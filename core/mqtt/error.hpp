// What was wrong with received bytes, and which sentence of the standard says so.
#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>
#include <cstddef>
#include <cstdint>
#include <string>

#include "core/base/incremental.hpp"
#include "core/mqtt/types.hpp"

namespace handfast::mqtt {

/// The first rule that a packet breaks. This describes the peer, so it is evidence and never a
/// handfast::Problem.
struct DecodeError {
  std::string packet{};     ///< "CONNACK"; "fixed header" when the type is not known
  std::size_t offset = 0;   ///< of the offending byte, counted from the packet's first byte
  std::string clause{};     ///< "MQTT 5.0 [MQTT-3.2.2-1]", or a section: "MQTT 5.0 §2.2.2.2"
  std::string expected{};   ///< what the clause asks for
  std::string seen{};       ///< what arrived
  std::uint8_t reason = 0;  ///< the 5.0 reason code that answers it: 0x81, 0x82, 0x90, 0x94 or 0x95

  /// `CONNACK byte 2: expected reserved acknowledge flags 0, saw 0x04 (MQTT 5.0 [MQTT-3.2.2-1])`.
  std::string text() const;

  bool operator==(const DecodeError&) const = default;
};

/// The answer for a packet whose bytes are all there.
template <class T>
using Parsed = boost::system::result<T, DecodeError>;

/// The answer for a stream, which may also end in the middle of a packet.
template <class T>
using Decoded = Incremental<T, DecodeError>;

/// Called by Parsed<T>::value() on an error; a programmer's mistake, so it throws std::logic_error.
[[noreturn]] void throw_exception_from_error(const DecodeError& error,
                                             const boost::source_location& where);

}  // namespace handfast::mqtt
