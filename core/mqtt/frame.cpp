#include "core/mqtt/frame.hpp"

#include <fmt/format.h>

#include "core/mqtt/reason.hpp"
#include "core/mqtt/varint.hpp"

namespace handfast::mqtt {

namespace {

/// The version of a connection is not known before CONNECT, so these errors cite both standards.
DecodeError header_error(std::size_t offset, std::string clause, std::string expected,
                         std::string seen, std::uint8_t reason) {
  return {"fixed header", offset, std::move(clause), std::move(expected), std::move(seen), reason};
}

}  // namespace

Decoded<Frame> scan_packet(ByteView input, std::size_t limit) {
  if (input.empty()) return NeedMore{};
  const auto type = static_cast<std::uint8_t>(input[0] >> 4);
  if (type == 0) {
    return header_error(0, "MQTT 5.0 §2.1.2, MQTT 3.1.1 §2.2.1", "a packet type of 1 to 15",
                        fmt::format("0x{:02x}", input[0]), reason::malformed_packet);
  }

  const auto length = get_varint(input.subspan(1));
  if (length.fault == VarintFault::truncated) return NeedMore{};
  if (length.fault == VarintFault::five_bytes) {
    return header_error(
        4, "MQTT 5.0 §1.5.5, MQTT 3.1.1 §2.2.3", "a Remaining Length of at most four bytes",
        fmt::format("0x{:02x} as its fourth byte", input[4]), reason::malformed_packet);
  }

  const std::size_t header_bytes = 1 + length.value.bytes;
  const std::size_t packet_bytes = header_bytes + length.value.value;
  if (packet_bytes > limit) {
    return header_error(1, "MQTT 5.0 §3.1.2.11.4",
                        fmt::format("a packet of at most {} bytes", limit),
                        fmt::format("{} bytes", packet_bytes), reason::packet_too_large);
  }
  if (input.size() < packet_bytes) return NeedMore{};
  return Frame{static_cast<PacketType>(type), static_cast<std::uint8_t>(input[0] & 0x0f),
               header_bytes, input.first(packet_bytes)};
}

void PacketReader::feed(ByteView input) {
  // What was given out goes first, so the buffer stays as large as the largest unfinished packet.
  if (begin_ > 0) {
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(begin_));
    begin_ = 0;
  }
  buffer_.insert(buffer_.end(), input.begin(), input.end());
}

Decoded<Frame> PacketReader::next() {
  auto frame = scan_packet(pending(), limit_);
  if (frame) begin_ += frame->packet.size();
  return frame;
}

void PacketReader::release() {
  if (!pending().empty()) return;
  buffer_ = Bytes();
  begin_ = 0;
}

}  // namespace handfast::mqtt
