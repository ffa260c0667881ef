// The header that makes a payload accountable. Big-endian, 48 bytes:
//
//      0 | magic "HFMS"           | run: tells runs apart          |
//      8 | fleet | 1: of a warm-up | payload bytes, header included |
//     16 | publisher: number of the start of its connection        |
//     24 | sequence: from 0 for each publisher                     |
//     32 | intended time, ns of the monotonic clock                |
//     40 | actual time, ns of the monotonic clock                  |
//
// The clock is that of the machine (CLOCK_MONOTONIC), so latencies are right for publishers and
// subscribers of one machine only.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"

namespace handfast::loadgen {

/// The messages of one connection, in order, are a stream.
struct StreamKey {
  std::uint16_t fleet = 0;      ///< its place in the run
  std::uint64_t publisher = 0;  ///< number of the start

  auto operator<=>(const StreamKey&) const = default;
};

struct StreamKeyHash {
  std::size_t operator()(const StreamKey& key) const {
    return std::hash<std::uint64_t>{}(key.publisher * 0x9e3779b97f4a7c15U + key.fleet);
  }
};

struct MessageHeader {
  static constexpr std::size_t size = 48;

  std::uint32_t run = 0;
  StreamKey stream;
  bool warm_up = false;  ///< nobody counts it
  std::uint32_t payload_bytes = 0;
  std::uint64_t sequence = 0;
  TimePoint intended;
  TimePoint sent;

  bool operator==(const MessageHeader&) const = default;
};

/// Writes the header over the first MessageHeader::size bytes of `payload`, which must be there.
void write_header(Bytes& payload, const MessageHeader& header);
/// nullopt when `payload` does not begin with a header.
std::optional<MessageHeader> read_header(ByteView payload);

}  // namespace handfast::loadgen
