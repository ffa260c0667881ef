// Counts reason codes that are worth a note. A broker may answer every message with the same one
// (no_matching_subscribers), so the name is made once for each change, not for each message.
#pragma once

#include <cstdint>

#include "core/mqtt/types.hpp"
#include "core/stats/message_stats.hpp"

namespace handfast::loadgen {

class ReasonTally {
 public:
  /// `code` of a packet of `type`; 0 is plain success and not counted.
  void add(mqtt::PacketType type, std::uint8_t code, stats::MessageStats& book);
  /// Books what was counted since the last change of the code.
  void flush(stats::MessageStats& book);

 private:
  mqtt::PacketType type_{};
  std::uint8_t code_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace handfast::loadgen
