#include "core/base/bytes.hpp"

#include <cassert>

namespace handfast {

namespace {

template <class Int, std::size_t Size>
std::optional<Int> read_be(ByteView bytes, std::size_t& offset) {
  if (bytes.size() - offset < Size) return std::nullopt;
  Int value = 0;
  for (std::size_t i = 0; i < Size; ++i) value = static_cast<Int>((value << 8) | bytes[offset + i]);
  offset += Size;
  return value;
}

}  // namespace

std::optional<std::uint8_t> ByteReader::u8() {
  if (empty()) return std::nullopt;
  return bytes_[offset_++];
}
std::optional<std::uint16_t> ByteReader::u16() {
  return read_be<std::uint16_t, 2>(bytes_, offset_);
}
std::optional<std::uint32_t> ByteReader::u24() {
  return read_be<std::uint32_t, 3>(bytes_, offset_);
}
std::optional<std::uint32_t> ByteReader::u32() {
  return read_be<std::uint32_t, 4>(bytes_, offset_);
}
std::optional<std::uint64_t> ByteReader::u64() {
  return read_be<std::uint64_t, 8>(bytes_, offset_);
}

std::optional<ByteView> ByteReader::bytes(std::size_t count) {
  if (remaining() < count) return std::nullopt;
  auto view = bytes_.subspan(offset_, count);
  offset_ += count;
  return view;
}

ByteView ByteReader::rest() {
  auto view = bytes_.subspan(offset_);
  offset_ = bytes_.size();
  return view;
}

void ByteWriter::u16(std::uint16_t value) {
  u8(static_cast<std::uint8_t>(value >> 8));
  u8(static_cast<std::uint8_t>(value));
}
void ByteWriter::u24(std::uint32_t value) {
  u8(static_cast<std::uint8_t>(value >> 16));
  u16(static_cast<std::uint16_t>(value));
}
void ByteWriter::u32(std::uint32_t value) {
  u16(static_cast<std::uint16_t>(value >> 16));
  u16(static_cast<std::uint16_t>(value));
}
void ByteWriter::u64(std::uint64_t value) {
  u32(static_cast<std::uint32_t>(value >> 32));
  u32(static_cast<std::uint32_t>(value));
}

void ByteWriter::patch_u16(std::size_t at, std::uint16_t value) {
  assert(at + 2 <= out_.size());
  out_[at] = static_cast<std::uint8_t>(value >> 8);
  out_[at + 1] = static_cast<std::uint8_t>(value);
}

std::string to_hex(ByteView bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (auto byte : bytes) {
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

}  // namespace handfast
