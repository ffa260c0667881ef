// Starts that no schedule asked for: they follow from what became of another connection.
#pragma once

#include <cstdint>
#include <optional>
#include <queue>
#include <vector>

#include "core/base/clock.hpp"

namespace handfast::loadgen {

/// A connection's place among a worker's, good for as long as that connection lives.
struct SlotId {
  std::uint32_t index;
  std::uint32_t generation;
};

enum class StartKind : std::uint8_t {
  scheduled,
  reconnect,  ///< a client comes back
  takeover,   ///< a client connects again while its first connection stands
};

/// One connection to make.
struct Start {
  std::uint64_t number = 0;  ///< in the whole schedule; a follow-up keeps its client's
  std::uint64_t client = 0;  ///< index of the identity
  TimePoint intended;
  StartKind kind = StartKind::scheduled;
  std::uint32_t failures = 0;  ///< reconnect: attempts in a row that came to nothing so far
  TimePoint lost{};            ///< reconnect: since when the client has no connection
  TimePoint waits_since{};     ///< reconnect: since when it waits for this attempt
  SlotId first{};              ///< takeover: the first connection
};

/// Those of one fleet and worker, by the time they are due; equal times in the order of coming.
class FollowUps {
 public:
  /// Its time is start.intended.
  void add(const Start& start);
  /// When the next one is due; nullopt: there is none.
  std::optional<TimePoint> next_due() const;
  /// Takes the next one; there must be one.
  Start take();
  std::uint64_t size() const { return heap_.size(); }

 private:
  struct Entry {
    Start start;
    std::uint64_t order;
    bool operator<(const Entry& other) const {  // std::priority_queue has the largest on top
      if (start.intended != other.start.intended) return start.intended > other.start.intended;
      return order > other.order;
    }
  };
  std::priority_queue<Entry> heap_;
  std::uint64_t added_ = 0;
};

}  // namespace handfast::loadgen
