// Reads the fields of one packet in order and remembers the first rule that broke, so decoders are
// straight lines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/mqtt/error.hpp"
#include "core/mqtt/frame.hpp"
#include "core/mqtt/property.hpp"
#include "core/mqtt/reason.hpp"

namespace handfast::mqtt::detail {

/// Where each version states a rule; "[MQTT-3.2.2-1]" or "§3.2.2.1".
struct Clause {
  std::string_view v3_1_1;
  std::string_view v5_0;
};

/// A packet's content must fit its Remaining Length: the rule behind a missing or a left-over byte.
inline constexpr Clause remaining_length{"§2.2.3", "§2.1.4"};

/// A cursor over a frame's body. After the first failure every read answers zero or empty and
/// changes nothing, so a decoder needs no branches between its fields; finish() then answers the
/// error. Offsets count from the packet's start.
class FieldReader {
 public:
  FieldReader(const Frame& frame, Version version);

  Version version() const { return version_; }
  bool is_v5() const { return version_ == Version::v5_0; }
  /// CONNECT learns its version on the way; checks what depends on it.
  void set_version(Version version);

  bool ok() const { return !error_; }
  std::size_t offset() const { return frame_.header_bytes + reader_.offset(); }
  /// Bytes of the body not read yet; 0 after a failure, so loops end.
  std::size_t remaining() const { return error_ ? 0 : reader_.remaining(); }

  std::uint8_t u8(std::string_view field, Clause missing = remaining_length);
  std::uint16_t u16(std::string_view field, Clause missing = remaining_length);
  std::uint32_t u32(std::string_view field);
  /// A Variable Byte Integer (5.0 §1.5.5), strictly of minimal length [MQTT-1.5.5-1].
  std::uint32_t varint(std::string_view field);
  /// Two length bytes and as many bytes (5.0 §1.5.6).
  ByteView binary(std::string_view field, Clause missing = remaining_length);
  /// Two length bytes and UTF-8 without U+0000 (5.0 §1.5.4).
  std::string_view text(std::string_view field, Clause missing = remaining_length);
  /// A topic name: text without wildcards; empty names are left to the caller.
  std::string_view topic_name(std::string_view field, Clause no_wildcards);
  /// A non-zero packet identifier.
  std::uint16_t packet_id();
  /// `count` bytes.
  ByteView bytes(std::size_t count, std::string_view field);
  /// All that is left.
  ByteView rest();

  /// Reserved flags of the fixed header.
  void expect_flags(std::uint8_t flags, Clause clause);
  /// A code that the packet's table lists.
  std::uint8_t reason_code(std::string_view field, Clause clause);
  /// No bytes are left.
  void expect_end(Clause clause = remaining_length);

  void fail(std::size_t offset, Clause clause, std::string expected, std::string seen,
            std::uint8_t reason = reason::malformed_packet);

  /// `value` when all went well and nothing is left over, else the first error.
  template <class T>
  Parsed<T> finish(T value) {
    expect_end();
    if (error_) return *std::move(error_);
    return value;
  }

 private:
  void check_minimal_length();
  void fail_missing(std::string_view field, std::size_t bytes, Clause clause);

  Frame frame_;
  Version version_;
  ByteReader reader_;
  std::optional<DecodeError> error_;
};

/// A property list with its length (5.0 §2.2.2): only listed properties, each where table 2-4
/// allows it, as often as it may be, in its range. Empty for 3.1.1, which has none.
Properties read_properties(FieldReader& reader, PropertyPlace place);

}  // namespace handfast::mqtt::detail
