// Bounds-checked reading and appending writing of network byte order; all wire parsing goes through
// these two.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace handfast {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Reads big-endian integers and byte strings from a view. Every read answers nullopt past the end
/// and then leaves the position unchanged, so a decoder can report the exact offset of what was
/// missing.
class ByteReader {
 public:
  explicit ByteReader(ByteView bytes) : bytes_(bytes) {}

  std::size_t offset() const { return offset_; }
  std::size_t remaining() const { return bytes_.size() - offset_; }
  bool empty() const { return remaining() == 0; }

  std::optional<std::uint8_t> u8();
  std::optional<std::uint16_t> u16();
  std::optional<std::uint32_t> u24();
  std::optional<std::uint32_t> u32();
  std::optional<std::uint64_t> u64();
  /// The next `count` bytes; the view shares the reader's storage.
  std::optional<ByteView> bytes(std::size_t count);
  /// All that is left; never fails.
  ByteView rest();

 private:
  ByteView bytes_;
  std::size_t offset_ = 0;
};

/// Appends big-endian integers and byte strings to a buffer that the caller owns and may reuse.
class ByteWriter {
 public:
  explicit ByteWriter(Bytes& out) : out_(out) {}

  void u8(std::uint8_t value) { out_.push_back(value); }
  void u16(std::uint16_t value);
  void u24(std::uint32_t value);
  void u32(std::uint32_t value);
  void u64(std::uint64_t value);
  void bytes(ByteView value) { out_.insert(out_.end(), value.begin(), value.end()); }

  std::size_t size() const { return out_.size(); }
  /// Overwrites two bytes at `at`, for lengths that are known only afterwards. `at + 2` must be
  /// within the buffer.
  void patch_u16(std::size_t at, std::uint16_t value);

 private:
  Bytes& out_;
};

/// Lower-case hexadecimal without separators.
std::string to_hex(ByteView bytes);

}  // namespace handfast
