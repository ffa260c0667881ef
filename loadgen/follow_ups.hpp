// Starts that no schedule asked for: they follow from what became of another connection.
#pragma once

#include <cstdint>
#include <optional>
#include <queue>
#include <vector>

#include "loadgen/start.hpp"

namespace handfast::loadgen {

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
