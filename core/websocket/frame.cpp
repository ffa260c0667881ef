#include "core/websocket/frame.hpp"

#include <fmt/format.h>

namespace handfast::websocket {

std::string to_string(Opcode opcode) {
  switch (opcode) {
    case Opcode::continuation:
      return "continuation";
    case Opcode::text:
      return "text";
    case Opcode::binary:
      return "binary";
    case Opcode::close:
      return "close";
    case Opcode::ping:
      return "ping";
    case Opcode::pong:
      return "pong";
  }
  return fmt::format("reserved opcode 0x{:x}", static_cast<unsigned>(opcode));
}

std::string_view close_code_name(std::uint16_t code) {
  switch (code) {
    case 1000:
      return "normal_closure";
    case 1001:
      return "going_away";
    case 1002:
      return "protocol_error";
    case 1003:
      return "unsupported_data";
    case 1005:
      return "no_status_received";
    case 1006:
      return "abnormal_closure";
    case 1007:
      return "invalid_payload";
    case 1008:
      return "policy_violation";
    case 1009:
      return "message_too_big";
    case 1010:
      return "mandatory_extension";
    case 1011:
      return "internal_error";
    case 1012:
      return "service_restart";
    case 1013:
      return "try_again_later";
    case 1014:
      return "bad_gateway";
    case 1015:
      return "tls_handshake";
    default:
      return code >= 3000 && code <= 4999 ? "application" : "unassigned";
  }
}

bool may_be_sent(std::uint16_t code) {
  if (code == 1004 || code == 1005 || code == 1006 || code == 1015) return false;
  return (code >= 1000 && code <= 1014) || (code >= 3000 && code <= 4999);
}

void encode_frame(Bytes& out, const FrameOptions& options, ByteView payload) {
  constexpr std::size_t shortest_16_bit = 126;
  constexpr std::size_t shortest_64_bit = 0x10000;
  const unsigned mask_bit = options.mask ? 0x80 : 0;

  ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>((options.fin ? 0x80U : 0U) |
                                      static_cast<unsigned>(options.opcode)));
  if (payload.size() < shortest_16_bit) {
    writer.u8(static_cast<std::uint8_t>(mask_bit | payload.size()));
  } else if (payload.size() < shortest_64_bit) {
    writer.u8(static_cast<std::uint8_t>(mask_bit | 126));
    writer.u16(static_cast<std::uint16_t>(payload.size()));
  } else {
    writer.u8(static_cast<std::uint8_t>(mask_bit | 127));
    writer.u64(payload.size());
  }
  if (options.mask) writer.bytes(*options.mask);

  const auto begin = out.size();
  writer.bytes(payload);
  if (!options.mask) return;
  for (std::size_t i = 0; i < payload.size(); ++i) out[begin + i] ^= (*options.mask)[i % 4];
}

void encode_close(Bytes& out, std::uint16_t code, std::string_view reason,
                  const std::optional<MaskKey>& mask) {
  Bytes payload;
  ByteWriter writer(payload);
  writer.u16(code);
  writer.bytes(as_bytes(reason));
  encode_frame(out, {.opcode = Opcode::close, .fin = true, .mask = mask}, payload);
}

}  // namespace handfast::websocket
