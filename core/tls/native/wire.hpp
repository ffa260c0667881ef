// The vectors of the presentation language (RFC 8446 section 3.4): a length in front of bytes.
#pragma once

#include <optional>

#include "core/base/bytes.hpp"

namespace handfast::tls::native {

/// opaque<0..2^8-1>; nullopt when the bytes end before it does.
inline std::optional<ByteView> vector8(ByteReader& reader) {
  const auto size = reader.u8();
  return size ? reader.bytes(*size) : std::nullopt;
}
/// opaque<0..2^16-1>
inline std::optional<ByteView> vector16(ByteReader& reader) {
  const auto size = reader.u16();
  return size ? reader.bytes(*size) : std::nullopt;
}
/// opaque<0..2^24-1>
inline std::optional<ByteView> vector24(ByteReader& reader) {
  const auto size = reader.u24();
  return size ? reader.bytes(*size) : std::nullopt;
}

/// While it lives, what is appended to `out` becomes a vector with a length of `Width` bytes.
template <std::size_t Width>
class LengthPrefix {
 public:
  explicit LengthPrefix(Bytes& out) : out_(out), begin_(out.size() + Width) { out.resize(begin_); }
  ~LengthPrefix() {
    std::size_t size = out_.size() - begin_;
    for (std::size_t i = 1; i <= Width; ++i, size >>= 8) {
      out_[begin_ - i] = static_cast<std::uint8_t>(size);
    }
  }
  LengthPrefix(const LengthPrefix&) = delete;
  LengthPrefix& operator=(const LengthPrefix&) = delete;

 private:
  Bytes& out_;
  std::size_t begin_;
};

/// HandshakeType, RFC 8446 section 4.
enum class HandshakeType : std::uint8_t {
  client_hello = 1,
  server_hello = 2,
  new_session_ticket = 4,
  end_of_early_data = 5,
  encrypted_extensions = 8,
  certificate = 11,
  certificate_request = 13,
  certificate_verify = 15,
  finished = 20,
  key_update = 24,
  message_hash = 254,
};

/// msg_type and length, RFC 8446 section 4.
inline constexpr std::size_t handshake_header_bytes = 4;

/// While it lives, what is appended to `out` becomes the body of one handshake message.
class MessageFrame {
 public:
  MessageFrame(Bytes& out, HandshakeType type) : length_(with_type(out, type)) {}

 private:
  static Bytes& with_type(Bytes& out, HandshakeType type) {
    out.push_back(static_cast<std::uint8_t>(type));
    return out;
  }
  LengthPrefix<3> length_;
};

}  // namespace handfast::tls::native
