#include <zlib.h>

#include <bit>

#include "core/base/random.hpp"
#include "core/stats/base64.hpp"
#include "core/stats/histogram.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace std::chrono_literals;
using stats::Histogram;

namespace {

/// The pieces of an encoded histogram, so that each can be bent.
struct Parts {
  std::uint32_t frame_cookie = 0x1c849314;
  std::uint32_t cookie = 0x1c849313;
  std::uint32_t normalizing_offset = 0;
  std::uint32_t digits = 3;
  std::uint64_t lowest = 1;
  std::uint64_t highest = 3'600'000'000'000;
  double ratio = 1.0;
  Bytes payload{0x02};  // one sample of value 0
  int length_error = 0;
  int frame_length_error = 0;
  std::size_t header_cut = 0;  ///< bytes left out at the end of the inflated text
};

std::string assemble(const Parts& parts) {
  Bytes plain;
  ByteWriter out(plain);
  out.u32(parts.cookie);
  out.u32(static_cast<std::uint32_t>(static_cast<int>(parts.payload.size()) + parts.length_error));
  out.u32(parts.normalizing_offset);
  out.u32(parts.digits);
  out.u64(parts.lowest);
  out.u64(parts.highest);
  out.u64(std::bit_cast<std::uint64_t>(parts.ratio));
  out.bytes(parts.payload);
  plain.resize(plain.size() - parts.header_cut);
  uLongf size = compressBound(plain.size());
  Bytes packed(size);
  REQUIRE(compress(packed.data(), &size, plain.data(), plain.size()) == Z_OK);
  packed.resize(size);
  Bytes whole;
  ByteWriter frame(whole);
  frame.u32(parts.frame_cookie);
  frame.u32(static_cast<std::uint32_t>(static_cast<int>(size) + parts.frame_length_error));
  frame.bytes(packed);
  return stats::to_base64(whole);
}

std::string refusal(const std::string& text) {
  const auto decoded = Histogram::decode(text);
  REQUIRE(!decoded);
  CHECK(decoded.error().kind == ProblemKind::usage);
  return decoded.error().message;
}

Bytes inflated(const std::string& encoded) {
  const Bytes whole = stats::from_base64(encoded).value();
  Bytes plain(1 << 20);
  uLongf size = plain.size();
  REQUIRE(uncompress(plain.data(), &size, whole.data() + 8, whole.size() - 8) == Z_OK);
  plain.resize(size);
  return plain;
}

}  // namespace

TEST_CASE("Base64 follows the vectors of RFC 4648 section 10", "[stats]") {
  for (const auto& [plain, text] :
       std::vector<std::pair<std::string, std::string>>{{"", ""},
                                                        {"f", "Zg=="},
                                                        {"fo", "Zm8="},
                                                        {"foo", "Zm9v"},
                                                        {"foob", "Zm9vYg=="},
                                                        {"fooba", "Zm9vYmE="},
                                                        {"foobar", "Zm9vYmFy"}}) {
    CHECK(stats::to_base64(as_bytes(plain)) == text);
    CHECK(as_text(stats::from_base64(text).value()) == plain);
  }
  CHECK(stats::from_base64("Zg=").error().text() == "base64 of 3 characters: not a multiple of 4");
  CHECK(stats::from_base64("Zm 9").error().text() == "base64: bad character at 2");
  CHECK(stats::from_base64("=m9v").error().text() == "base64: bad character at 0");
  CHECK(stats::from_base64("Zh==").error().text() ==
        "base64: bits behind the last byte are not zero");
}

TEST_CASE("The V2 encoding has the documented bytes", "[stats]") {
  Histogram histogram;
  histogram.record(1ns, 1);
  histogram.record(3ns, 300);
  // Index 0 and 2 are single zeroes, index 1 counts 1, index 3 counts 300: ZigZag doubles them.
  const Bytes plain = inflated(histogram.encode());
  CHECK(to_hex(plain) ==
        "1c849313"
        "00000005"
        "00000000"
        "00000003"
        "0000000000000001"
        "0000034630b8a000"
        "3ff0000000000000"
        "00"
        "02"
        "00"
        "d804");
}

TEST_CASE("A run of zeroes is one negative number", "[stats]") {
  Histogram histogram;
  histogram.record(1000ns);
  const Bytes plain = inflated(histogram.encode());
  CHECK(to_hex(ByteView(plain).subspan(40)) ==
        "cf0f"
        "02");  // ZigZag(-1000) is 1999
}

TEST_CASE("Decoding gives back every count", "[stats]") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Random random(seed);
    Histogram histogram;
    for (int i = 0; i < 2000; ++i) {
      const auto magnitude = random.below(41);
      histogram.record(Nanos(static_cast<std::int64_t>(random.next() & ((1ULL << magnitude) - 1))),
                       1 + random.below(1ULL << random.below(50)));
    }
    const auto decoded = Histogram::decode(histogram.encode());
    REQUIRE(decoded);
    CHECK(decoded->count() == histogram.count());
    const auto left = histogram.buckets();
    const auto right = decoded->buckets();
    REQUIRE(left.size() == right.size());
    for (std::size_t i = 0; i < left.size(); ++i) {
      REQUIRE(left[i].upper == right[i].upper);
      REQUIRE(left[i].count == right[i].count);
    }
    CHECK(decoded->encode() == histogram.encode());
    for (const double share : {0.0, 0.5, 0.99, 1.0}) {
      CHECK(decoded->quantile(share) == histogram.quantile(share));
    }
    CHECK(decoded->min() <= histogram.min());
    CHECK(decoded->max() >= histogram.max());
  }
}

TEST_CASE("An empty histogram and one at the top of the range survive the round trip", "[stats]") {
  CHECK(Histogram::decode(Histogram{}.encode()).value() == Histogram{});
  Histogram top;
  top.record(1h, 1ULL << 62);
  const Histogram decoded = Histogram::decode(top.encode()).value();
  CHECK(decoded.count() == 1ULL << 62);
  CHECK(decoded.max() == 1h);  // the bucket ends above, the range does not
}

TEST_CASE("Histograms with other word size nibbles and ranges are read", "[stats]") {
  Parts parts;
  parts.frame_cookie = 0x1c849304;
  parts.cookie = 0x1c849303;
  parts.highest = 60'000'000'000;
  const auto decoded = Histogram::decode(assemble(parts));
  REQUIRE(decoded);
  CHECK(decoded->count() == 1);
}

TEST_CASE("Decoding refuses what is not a V2 histogram of nanoseconds", "[stats]") {
  CHECK(refusal("!!!!").find("HdrHistogram") == 0);
  CHECK(refusal("") == "HdrHistogram: 0 bytes are too few");
  CHECK(refusal("AAAA") == "HdrHistogram: 3 bytes are too few");
  CHECK(refusal(assemble({.frame_cookie = 0x1c849302})) ==
        "HdrHistogram: cookie 0x1c849302 is not that of compressed version 2");
  CHECK(refusal(assemble({.cookie = 0x1c849301})) ==
        "HdrHistogram: cookie 0x1c849301 is not that of version 2");
  CHECK(refusal(assemble({.normalizing_offset = 1})) ==
        "HdrHistogram: normalizing offset 1, expected 0");
  CHECK(refusal(assemble({.digits = 2})) == "HdrHistogram: 2 significant digits, expected 3");
  CHECK(refusal(assemble({.lowest = 1000})) == "HdrHistogram: lowest value 1000, expected 1");
  CHECK(refusal(assemble({.highest = 1})) == "HdrHistogram: highest value 1, expected 2 or more");
  CHECK(refusal(assemble({.ratio = 0.5})) == "HdrHistogram: conversion ratio 0.5, expected 1");
  CHECK(refusal(assemble({.length_error = 1})) ==
        "HdrHistogram: payload of 2 bytes announced, 1 there");
  CHECK(refusal(assemble({.payload = {}, .header_cut = 1})) ==
        "HdrHistogram: 39 bytes are too few for its header");
}

TEST_CASE("Decoding refuses hostile payloads", "[stats]") {
  CHECK(refusal(assemble({.payload = {0x02, 0x80}})) ==
        "HdrHistogram: count at byte 41 is cut off");
  // ZigZag(-2^62): a run of zeroes that no array can hold.
  CHECK(refusal(assemble({.payload = Bytes(9, 0xff)})) ==
        "HdrHistogram: byte 40 counts values above one hour");
  Bytes overflow;
  for (int i = 0; i < 3; ++i) {
    overflow.insert(overflow.end(), {0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff});
  }
  CHECK(refusal(assemble({.payload = overflow})) == "HdrHistogram: total count overflows 64 bits");
  CHECK(refusal(assemble({.payload = Bytes(1 << 20, 0x00)})) ==
        "HdrHistogram: inflates to more than 300829 bytes");
}

TEST_CASE("Decoding refuses a frame that is cut or longer than it says", "[stats]") {
  CHECK(refusal(assemble({.frame_length_error = 1})).find("compressed bytes announced") !=
        std::string::npos);
  Histogram histogram;
  histogram.record(5ms, 3);
  const Bytes whole = stats::from_base64(histogram.encode()).value();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK_FALSE(Histogram::decode(stats::to_base64(ByteView(whole).first(size))));
  }
  for (std::size_t at = 8; at < whole.size(); ++at) {
    Bytes bent = whole;
    bent[at] ^= 0x55;  // zlib's own header and checksum catch every one of them
    CHECK_FALSE(Histogram::decode(stats::to_base64(bent)));
  }
}
