// What one subscriber saw, stream by stream.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "loadgen/interval_set.hpp"
#include "loadgen/message_header.hpp"

namespace handfast::loadgen {

/// How a message of this run counts.
enum class Arrival : std::uint8_t { in_order, out_of_order, duplicated };

/// What a subscriber saw of one stream.
struct Track {
  IntervalSet seen;
  /// The lowest sequence that came live. A retained message is older than the subscription and
  /// tells nothing of when it began.
  std::optional<std::uint64_t> first_live;
};

/// One subscriber's subscription from SUBACK to its end. Memory: one Track for each publisher that
/// it heard from.
class Reception {
 public:
  Reception() = default;
  Reception(std::size_t owner, std::vector<std::string> topic_filters)
      : fleet(owner), filters(std::move(topic_filters)) {}

  Arrival add(const MessageHeader& header, bool retained);
  /// nullptr when nothing of `stream` came.
  const Track* find(const StreamKey& stream) const;
  /// Adds what another member of the same shared subscription saw; answers how many messages both
  /// saw.
  std::uint64_t absorb(const Reception& other);

  std::size_t fleet = 0;
  std::vector<std::string> filters;
  /// Expects this stream alone, whatever its topic: a client that hears itself.
  std::optional<StreamKey> own;
  std::optional<TimePoint> begin;  ///< SUBACK; nullopt: none came
  bool cut_off = false;            ///< ended while more was due

 private:
  std::unordered_map<StreamKey, Track, StreamKeyHash> tracks_;
};

}  // namespace handfast::loadgen
