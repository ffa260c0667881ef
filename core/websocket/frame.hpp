// WebSocket frames (RFC 6455 §5.2): opcodes, close codes and the encoder.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"

namespace handfast::websocket {

/// RFC 6455 §11.8.
enum class Opcode : std::uint8_t {
  continuation = 0x0,
  text = 0x1,
  binary = 0x2,
  close = 0x8,
  ping = 0x9,
  pong = 0xa,
};
/// "binary", "ping"; "reserved opcode 0x3" otherwise.
std::string to_string(Opcode opcode);
/// Close, ping, pong and the reserved 0xb to 0xf (§5.5).
constexpr bool is_control(Opcode opcode) { return (static_cast<unsigned>(opcode) & 8U) != 0; }

/// Status codes of RFC 6455 §7.4.1 that we send ourselves.
namespace close_code {
inline constexpr std::uint16_t normal_closure = 1000;
inline constexpr std::uint16_t going_away = 1001;
inline constexpr std::uint16_t protocol_error = 1002;
inline constexpr std::uint16_t unsupported_data = 1003;
inline constexpr std::uint16_t invalid_payload = 1007;
inline constexpr std::uint16_t policy_violation = 1008;
inline constexpr std::uint16_t message_too_big = 1009;
}  // namespace close_code

/// "normal_closure", "policy_violation" (IANA WebSocket Close Code registry); "application" for
/// 3000 to 4999, else "unassigned".
std::string_view close_code_name(std::uint16_t code);
/// True for codes that may stand in a Close frame: assigned ones but 1004, 1005, 1006, 1015, and
/// 3000 to 4999 (§7.4).
bool may_be_sent(std::uint16_t code);

/// A client masks every frame with a key that its peer cannot foresee (§5.3).
using MaskKey = std::array<std::uint8_t, 4>;

struct FrameOptions {
  Opcode opcode = Opcode::binary;
  bool fin = true;                ///< false: more fragments follow (§5.4)
  std::optional<MaskKey> mask{};  ///< set by clients, absent for servers (§5.1)
};

/// Appends one frame to `out`; nothing is allocated when its capacity suffices:
///
///     | fin:1 rsv:3 opcode:4 | mask:1 length:7 | length 0, 16 or 64 bits | mask key 0 or 32 bits |
///     payload |
///
/// Whatever is asked for is written: a control payload above 125 bytes or a missing mask are the
/// caller's choice.
void encode_frame(Bytes& out, const FrameOptions& options, ByteView payload);

/// Appends a Close frame with `code` and `reason` (§5.5.1). `reason` should be UTF-8 of at most 123
/// bytes.
void encode_close(Bytes& out, std::uint16_t code, std::string_view reason,
                  const std::optional<MaskKey>& mask);

}  // namespace handfast::websocket
