// WebSocket frames (RFC 6455 section 5.2) with everything wrong that a row asks for, and frames of
// the peer as they came, right or wrong:
//
//     | fin:1 rsv:3 opcode:4 | mask:1 length:7 | length 0, 16 or 64 bits | mask key 0 or 32 bits |
//     payload |
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/bytes.hpp"
#include "core/websocket/frame.hpp"

namespace handfast::check::wss {

enum class LengthForm : std::uint8_t { shortest, two_bytes, eight_bytes };

struct Frame {
  websocket::Opcode opcode = websocket::Opcode::binary;
  bool fin = true;
  std::uint8_t reserved = 0;  ///< RSV1 to RSV3: 4, 2, 1
  bool masked = true;
  LengthForm form = LengthForm::shortest;
  std::optional<std::uint64_t> announced{};  ///< length that is told; empty: the payload's
  Bytes payload{};
};

/// `announced` goes out in the form that `form` says, in eight bytes where that is `shortest`.
Bytes to_wire(const Frame& frame);
/// How many bytes of to_wire() stand in front of the payload.
std::size_t header_bytes(const Frame& frame);

/// A binary message of one frame.
Bytes in_frame(ByteView payload);

struct SeenFrame {
  std::uint8_t opcode = 0;
  bool fin = true;
  std::uint8_t reserved = 0;
  bool masked = false;
  std::size_t size = 0;
  Bytes payload{};  ///< unmasked

  bool control() const { return opcode >= 8; }
};

/// Takes the frame at the start of `inbox` off; nullopt while it is not whole.
std::optional<SeenFrame> take_frame(Bytes& inbox);

}  // namespace handfast::check::wss
