// The bucket arithmetic of HdrHistogram for lowest value 1 and three significant digits.
//
// 2048 is the smallest power of two that resolves 2 * 10^3 values one by one, so bucket 0 holds
// 0..2047 exactly, and bucket b >= 1 covers [2^(10+b), 2^(11+b)) in 1024 steps of 2^b: a relative
// error below 1/1024 everywhere.
//
//     index     0 ............ 2047 | 2048 ......... 3071 | 3072 ......... 4095 | ...
//     value     0 ............ 2047 | 2048, 2050 ... 4094 | 4096, 4100 ... 8188 | ...
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace handfast::stats::hdr {

inline constexpr int significant_digits = 3;
inline constexpr int half_bits = 10;
inline constexpr std::size_t half_count = std::size_t{1} << half_bits;
inline constexpr std::uint64_t sub_bucket_mask = 2 * half_count - 1;
inline constexpr std::int64_t highest_value = 3'600'000'000'000;  // one hour in ns

/// Where `value` counts; negative values have no place.
constexpr std::size_t index_of(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  const int bucket = static_cast<int>(std::bit_width(bits | sub_bucket_mask)) - (half_bits + 1);
  // Bucket b starts at index b * 1024 plus the sub-bucket, whose upper half (>= 1024) is the one in
  // use.
  return (static_cast<std::size_t>(bucket) << half_bits) + static_cast<std::size_t>(bits >> bucket);
}

/// The bucket of an index: 0 for the first 2048, then one for each 1024.
constexpr int bucket_of(std::size_t index) {
  return index < 2 * half_count ? 0 : static_cast<int>(index >> half_bits) - 1;
}

/// The lowest value that counts at `index`.
constexpr std::int64_t lowest_at(std::size_t index) {
  const int bucket = bucket_of(index);
  const std::size_t sub_bucket = index - (static_cast<std::size_t>(bucket) << half_bits);
  return static_cast<std::int64_t>(sub_bucket) << bucket;
}

/// The highest value that counts at `index`.
constexpr std::int64_t highest_at(std::size_t index) {
  return lowest_at(index) + (std::int64_t{1} << bucket_of(index)) - 1;
}

/// Where a counts array that begins with the bucket of `index` begins.
constexpr std::size_t start_for(std::size_t index) {
  return index < 2 * half_count ? 0 : index >> half_bits << half_bits;
}

/// The length of a counts array from index 0 that ends with the bucket of `index`. Both depend on
/// the bucket alone, so equal samples make equal arrays, in whatever order they came.
constexpr std::size_t length_for(std::size_t index) {
  return static_cast<std::size_t>(bucket_of(index) + 2) << half_bits;
}

inline constexpr std::size_t highest_index = index_of(highest_value);

}  // namespace handfast::stats::hdr
