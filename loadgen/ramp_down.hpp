// Held connections that are closed one after the other instead of all at once.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "loadgen/slot.hpp"

namespace handfast::loadgen {

/// Hands out the connections held at its begin, evenly: after a share of the time the same share of
/// them.
class RampDown {
 public:
  bool begun() const { return begun_; }
  void begin(std::vector<SlotId> held) {
    begun_ = true;
    held_ = std::move(held);
  }

  /// Those whose turn has come since the last call; `share` (0 to 1) of the time is over.
  std::span<const SlotId> due(double share) {
    const auto until = static_cast<std::size_t>(
        std::floor(std::clamp(share, 0.0, 1.0) * static_cast<double>(held_.size())));
    const std::size_t from = std::exchange(handed_out_, std::max(handed_out_, until));
    return std::span(held_).subspan(from, handed_out_ - from);
  }

 private:
  bool begun_ = false;
  std::vector<SlotId> held_;
  std::size_t handed_out_ = 0;
};

}  // namespace handfast::loadgen
