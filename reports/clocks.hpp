// How far the clocks of shards may have stood apart: a start at one moment of wall time is as
// common as the clocks that tell it.
#pragma once

#include <optional>
#include <string>

#include "core/base/clock.hpp"
#include "reports/result.hpp"

namespace handfast::reports {

/// The most by which clocks of two parts may differ: the sum of the two largest bounds, 0 where all
/// read one clock. Empty when a clock of several has no bound.
std::optional<Nanos> clocks_apart(const MergeInfo& merged);

/// "one clock for all", "40.0 ms apart at most", or whose clock has no bound.
std::string describe_clocks(const MergeInfo& merged);

/// "off by 2.00 ms at most", or that it is not known.
std::string describe_clock(const ShardClock& clock);

}  // namespace handfast::reports
