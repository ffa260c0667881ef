// One snapshot out of those of several processes that made disjoint parts of the same load at the
// same time.
#pragma once

#include <span>

#include "core/stats/snapshot.hpp"

namespace handfast::stats {

/// Adds up counts and histograms exactly, puts the workers one after the other and lays the ticks
/// side by side by the time since the start of the load. Each count of a merged tick is the sum of
/// the parts'. Two things cannot be had from the parts' ticks: their percentiles are merged to the
/// greatest one, above which no percentile of the whole lies; and a part's last value stands for
/// `in_flight` where it has no tick. Fleets are matched by name, so a part may lack some.
Snapshot merge(std::span<const Snapshot> parts);

}  // namespace handfast::stats
