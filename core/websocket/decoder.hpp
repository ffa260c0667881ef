// Incremental frame decoder: payload bytes come out as a stream, control frames in between, nothing
// is buffered whole.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "core/base/bytes.hpp"
#include "core/base/incremental.hpp"
#include "core/websocket/frame.hpp"

namespace handfast::websocket {

/// The first rule that a frame breaks; the connection is to be failed with `close_code` (RFC 6455
/// §7.1.7).
struct FrameError {
  std::uint64_t offset = 0;  ///< of the offending byte, counted over everything fed to the decoder
  std::string clause{};      ///< "RFC 6455 §5.1"
  std::string expected{};
  std::string seen{};
  std::uint16_t close_code = 0;

  /// `WebSocket byte 1: expected an unmasked frame from the server, saw mask bit 1 (RFC 6455
  /// §5.1)`.
  std::string text() const;

  bool operator==(const FrameError&) const = default;
};

/// Something that arrived. Views are valid until the next call of next().
struct Event {
  enum class Kind {
    data,         ///< bytes of a binary message, not necessarily all of a frame [MQTT-6.0.0-2]
    message_end,  ///< the message is complete; MQTT does not care [MQTT-6.0.0-2]
    ping,         ///< to be answered by a pong with the same payload (§5.5.2)
    pong,
    close,  ///< the peer sends nothing more (§5.5.1)
  };
  Kind kind{};
  ByteView payload{};  ///< data, ping, pong; the reason text of a close
  std::uint16_t close_code =
      0;  ///< of a close; 1005 (no status received, §7.4.1) when the frame carries none
};

/// Which end of the connection decodes: a client must get unmasked frames, a server masked ones
/// (§5.1).
enum class Role { client, server };

struct DecoderLimits {
  std::uint64_t message_bytes =
      std::uint64_t{256} * 1024 * 1024 + 5;  ///< over all fragments; holds any MQTT packet
};

/// Decodes what one peer sends. Steady traffic allocates nothing.
class FrameDecoder {
 public:
  explicit FrameDecoder(Role role, DecoderLimits limits = {}) : role_(role), limits_(limits) {}

  /// Takes bytes from the front of `input` and answers the next event; call again until it needs
  /// more, which it says only when `input` is empty. A client's data payload is a view into
  /// `input`. After an error every call repeats it.
  Incremental<Event, FrameError> next(ByteView& input);

  /// True between frames of no unfinished message: the place where a connection may end cleanly.
  bool idle() const { return state_ == State::header && header_size_ == 0 && !in_message_; }

 private:
  enum class State { header, data, control, message_end, failed };
  using Step = Incremental<Event, FrameError>;

  bool read_header(ByteView& input);
  void check_first_byte();
  void check_second_byte();
  std::size_t header_length() const;
  std::uint64_t read_payload_length();
  void start_frame();
  Step take_data(ByteView& input);
  Step take_control(ByteView& input);
  Step close_event();
  ByteView unmask(ByteView masked, std::uint8_t* out);
  Step fail(std::uint64_t offset, std::string clause, std::string expected, std::string seen,
            std::uint16_t close_code);

  Role role_;
  DecoderLimits limits_;
  State state_ = State::header;
  FrameError error_;

  std::uint64_t position_ = 0;  ///< bytes taken so far
  std::array<std::uint8_t, 14> header_{};
  std::size_t header_size_ = 0;  ///< bytes of header_ that arrived

  Opcode opcode_{};
  bool fin_ = false;
  bool in_message_ = false;          ///< a message has begun and not ended
  bool closed_ = false;              ///< a Close frame was seen
  std::uint64_t remaining_ = 0;      ///< payload bytes of this frame still to come
  std::uint64_t message_bytes_ = 0;  ///< payload bytes announced for this message so far
  MaskKey mask_{};
  std::size_t mask_index_ = 0;

  std::array<std::uint8_t, 125>
      control_{};  ///< payload of a control frame, whole before it is told (§5.5)
  std::size_t control_size_ = 0;
  Bytes unmasked_{};
};

}  // namespace handfast::websocket
