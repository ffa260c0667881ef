// HdrHistogram's V2 encoding, big-endian, as its Java reference implementation defines it:
//
//     base64( cookie 0x1c849314 | length of what follows | zlib stream of:
//             cookie 0x1c849313 | payload length | normalizing offset | significant digits
//             lowest value (8) | highest value (8) | integer-to-double ratio (8) | payload )
//
// The low byte's upper nibble of both cookies is 1: the payload is not words but ZigZag LEB128
// numbers (at most 9 bytes, the ninth has 8 bits). A positive number is the count of the next
// index, a negative one a run of zeroes.
#include <zlib.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "core/base/bytes.hpp"
#include "core/stats/base64.hpp"
#include "core/stats/hdr_layout.hpp"
#include "core/stats/histogram.hpp"

namespace handfast::stats {
namespace {

constexpr std::uint32_t plain_cookie = 0x1c849303;
constexpr std::uint32_t compressed_cookie = 0x1c849304;
constexpr std::uint32_t leb128_flag = 0x10;
constexpr std::uint32_t word_size_nibble = 0xf0;
constexpr std::size_t header_bytes = 40;
constexpr std::size_t max_number_bytes = 9;
// More than any histogram of our range can need: what inflates beyond it is refused before it fills
// memory.
constexpr std::size_t max_plain_bytes = header_bytes + (hdr::highest_index + 1) * max_number_bytes;

void put_number(ByteWriter& out, std::int64_t value) {
  auto zigzag = (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
  for (std::size_t i = 1; i < max_number_bytes && zigzag >= 0x80; ++i) {
    out.u8(static_cast<std::uint8_t>(zigzag | 0x80));
    zigzag >>= 7;
  }
  out.u8(static_cast<std::uint8_t>(zigzag));
}

std::optional<std::int64_t> get_number(ByteReader& in) {
  std::uint64_t zigzag = 0;
  for (unsigned i = 0; i < max_number_bytes; ++i) {
    const auto byte = in.u8();
    if (!byte) return std::nullopt;
    const bool last = i + 1 == max_number_bytes || *byte < 0x80;
    const std::uint64_t digit = i + 1 == max_number_bytes ? *byte : *byte & 0x7fU;
    zigzag |= digit << (7 * i);
    if (last) break;
  }
  return static_cast<std::int64_t>((zigzag >> 1) ^ (~(zigzag & 1) + 1));
}

Bytes deflate_bytes(const Bytes& plain) {
  uLongf size = compressBound(static_cast<uLong>(plain.size()));
  Bytes packed(size);
  // With compressBound's room this fails only without memory, and then vector has thrown before.
  compress2(packed.data(), &size, plain.data(), static_cast<uLong>(plain.size()),
            Z_DEFAULT_COMPRESSION);
  packed.resize(size);
  return packed;
}

Problem refused(std::string why) { return usage_problem("HdrHistogram: " + std::move(why)); }

Result<Bytes> inflate_bytes(ByteView packed) {
  Bytes plain(max_plain_bytes);
  auto size = static_cast<uLongf>(plain.size());
  auto taken = static_cast<uLong>(packed.size());
  const int status = uncompress2(plain.data(), &size, packed.data(), &taken);
  if (status == Z_BUF_ERROR && size == plain.size()) {
    return refused(fmt::format("inflates to more than {} bytes", plain.size()));
  }
  if (status != Z_OK) return refused("broken zlib stream");
  if (taken != packed.size()) return refused("bytes behind the zlib stream");
  plain.resize(size);
  return plain;
}

/// Checks the 40 header bytes; the reader then stands at the payload, which is all that is left.
Result<void> read_header(ByteReader& in) {
  if (in.remaining() < header_bytes) {
    return refused(fmt::format("{} bytes are too few for its header", in.remaining()));
  }
  const std::uint32_t cookie = *in.u32();
  if ((cookie & ~word_size_nibble) != plain_cookie) {
    return refused(fmt::format("cookie 0x{:08x} is not that of version 2", cookie));
  }
  const std::uint32_t length = *in.u32();
  const std::uint32_t offset = *in.u32();
  const std::uint32_t digits = *in.u32();
  const std::uint64_t lowest = *in.u64();
  const std::uint64_t highest = *in.u64();
  const auto ratio = std::bit_cast<double>(*in.u64());
  if (offset != 0) return refused(fmt::format("normalizing offset {}, expected 0", offset));
  if (digits != hdr::significant_digits) {
    return refused(fmt::format("{} significant digits, expected 3", digits));
  }
  if (lowest != 1) return refused(fmt::format("lowest value {}, expected 1", lowest));
  if (highest < 2) return refused(fmt::format("highest value {}, expected 2 or more", highest));
  if (ratio != 1.0) return refused(fmt::format("conversion ratio {}, expected 1", ratio));
  if (length != in.remaining()) {
    return refused(fmt::format("payload of {} bytes announced, {} there", length, in.remaining()));
  }
  return {};
}

/// Calls `count(index, times)` for each non-zero count of the payload.
template <class Count>
Result<void> read_counts(ByteReader& in, Count count) {
  std::size_t index = 0;
  std::uint64_t total = 0;
  while (!in.empty()) {
    const std::size_t at = in.offset();
    const auto number = get_number(in);
    if (!number) return refused(fmt::format("count at byte {} is cut off", at));
    const auto magnitude = static_cast<std::uint64_t>(*number);
    const std::uint64_t skip = *number < 0 ? ~magnitude + 1 : 1;
    if (skip > hdr::highest_index + 1 - index) {
      return refused(fmt::format("byte {} counts values above one hour", at));
    }
    if (*number > 0) {
      if (magnitude > std::numeric_limits<std::uint64_t>::max() - total) {
        return refused("total count overflows 64 bits");
      }
      total += magnitude;
      count(index, magnitude);
    }
    index += static_cast<std::size_t>(skip);
  }
  return {};
}

}  // namespace

std::string Histogram::encode() const {
  Bytes plain;
  ByteWriter out(plain);
  out.u32(plain_cookie | leb128_flag);
  out.u32(0);  // the payload's length, patched below
  out.u32(0);
  out.u32(hdr::significant_digits);
  out.u64(1);
  out.u64(static_cast<std::uint64_t>(hdr::highest_value));
  out.u64(std::bit_cast<std::uint64_t>(1.0));
  const std::size_t limit = empty() ? 0 : hdr::index_of(max_) + 1;
  for (std::size_t index = 0; index < limit;) {
    const std::size_t first = index;
    while (index < limit && at(index) == 0) ++index;
    const std::size_t zeros = index - first;
    if (zeros > 0) {
      put_number(out, zeros == 1 ? 0 : -static_cast<std::int64_t>(zeros));
    } else {
      put_number(out, static_cast<std::int64_t>(at(index++)));
    }
  }
  const auto length = static_cast<std::uint32_t>(plain.size() - header_bytes);
  out.patch_u16(4, static_cast<std::uint16_t>(length >> 16));
  out.patch_u16(6, static_cast<std::uint16_t>(length));

  const Bytes packed = deflate_bytes(plain);
  Bytes whole;
  ByteWriter frame(whole);
  frame.u32(compressed_cookie | leb128_flag);
  frame.u32(static_cast<std::uint32_t>(packed.size()));
  frame.bytes(packed);
  return to_base64(whole);
}

Result<Histogram> Histogram::decode(std::string_view base64) {
  const auto whole = from_base64(base64);
  if (!whole) return with_context(whole.error(), "HdrHistogram");
  ByteReader frame(*whole);
  const auto cookie = frame.u32();
  const auto length = frame.u32();
  if (!length) return refused(fmt::format("{} bytes are too few", whole->size()));
  if ((*cookie & ~word_size_nibble) != compressed_cookie) {
    return refused(fmt::format("cookie 0x{:08x} is not that of compressed version 2", *cookie));
  }
  if (*length != frame.remaining()) {
    return refused(
        fmt::format("{} compressed bytes announced, {} there", *length, frame.remaining()));
  }
  const auto plain = inflate_bytes(frame.rest());
  if (!plain) return plain.error();

  ByteReader in(*plain);
  if (auto header = read_header(in); !header) return header.error();
  Histogram histogram;
  auto counts = read_counts(in, [&histogram](std::size_t index, std::uint64_t times) {
    const Nanos low{hdr::lowest_at(index)};
    histogram.record(low, times);
    histogram.max_ = std::min(hdr::highest_at(index), hdr::highest_value);
  });
  if (!counts) return counts.error();
  return histogram;
}

}  // namespace handfast::stats
