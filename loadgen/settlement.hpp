// What should have arrived against what did, over all publishers and subscribers of a run.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/stats/snapshot.hpp"
#include "loadgen/reception.hpp"

namespace handfast::loadgen {

/// What one publisher sent, known once it is finished. Sequences are `first` to `count` - 1; those
/// before were of the warm-up.
struct Stream {
  StreamKey key;
  std::string topic;  ///< as Template::stream_text() has it
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  TimePoint first_sent;
  TimePoint last_sent;
};

/// All finished streams, found by topic.
class Streams {
 public:
  void add(Stream stream);
  /// Calls `visit` once for each stream that `reception` is subscribed to.
  void for_each(const Reception& reception, const std::function<void(const Stream&)>& visit) const;

 private:
  std::vector<Stream> all_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_topic_;
  std::unordered_map<StreamKey, std::size_t, StreamKeyHash> by_key_;
};

/// What a subscriber misses of a stream.
struct Shortfall {
  std::uint64_t lost = 0;
  bool partly_observed = false;
};

/// A subscriber is owed every message that was sent between its SUBACK and its end. When the whole
/// stream lies in between, that is all of it. For one that came later it begins with what it saw
/// first (with the last message, which was sent after the SUBACK, when it saw none); for one that
/// was cut off it ends with what it saw last. Both are lower bounds, and marked.
Shortfall shortfall(const Stream& stream, const Reception& reception);

/// Adds the losses of every reception to its fleet. Members of a shared subscription (MQTT 5.0
/// §4.8.2) are owed each message once between them: one that two of them saw is a duplicate, and
/// their losses go to the fleet of the first.
void settle(const Streams& streams, const std::vector<Reception>& receptions,
            std::vector<stats::FleetStats>& fleets);

}  // namespace handfast::loadgen
