// Packet framing without decoding: type, flags and a view of the body. The load path reads this and
// no more.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/bytes.hpp"
#include "core/mqtt/error.hpp"
#include "core/mqtt/types.hpp"

namespace handfast::mqtt {

/// One complete packet as it lies in its buffer:
///
///     | type:4 flags:4 | Remaining Length, 1-4 bytes | body ... |
///
/// The views share the buffer's storage and live as long as it stays unchanged.
struct Frame {
  PacketType type{};
  std::uint8_t flags = 0;        ///< low nibble of the first byte
  std::size_t header_bytes = 2;  ///< fixed header: 2 to 5
  ByteView packet{};             ///< all of it, fixed header included

  ByteView body() const { return packet.subspan(header_bytes); }
};

/// Finds the packet at the start of `input`. Errors are those that end a stream, as nothing tells
/// where the next packet begins: packet type 0, a Remaining Length of five bytes, a packet larger
/// than `limit` bytes (fixed header included, as Maximum Packet Size counts, MQTT 5.0 §3.1.2.11.4).
/// Reserved flags are left to the decoders. No allocation.
Decoded<Frame> scan_packet(ByteView input, std::size_t limit = max_packet_bytes);

/// Cuts a byte stream into packets. Memory is that of the largest unfinished packet; it is kept for
/// reuse until release(), so steady traffic allocates nothing.
class PacketReader {
 public:
  explicit PacketReader(std::size_t limit = max_packet_bytes) : limit_(limit) {}

  /// Adds received bytes. Invalidates frames that next() gave out.
  void feed(ByteView input);

  /// The next complete packet; its views are valid until the next call of feed() or release().
  /// After an error every further call repeats it.
  Decoded<Frame> next();

  /// Bytes that were fed and are not part of a packet given out.
  ByteView pending() const { return ByteView(buffer_).subspan(begin_); }

  /// Gives the buffer's memory back when nothing is pending: for connections that wait long.
  void release();

 private:
  std::size_t limit_;
  Bytes buffer_{};
  std::size_t begin_ = 0;
};

}  // namespace handfast::mqtt
