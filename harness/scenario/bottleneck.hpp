// Where the broker was slower than the load, in sentences: the other side of
// loadgen::saturation_reasons(), which says the same of the generator.
#pragma once

#include <string>
#include <vector>

#include "core/stats/snapshot.hpp"
#include "reports/result.hpp"

namespace handfast::scenario {

/// One sentence for each fleet whose starts waited for room below max_in_flight, or whose
/// connections got no answer in time; what the broker's process used meanwhile is added when it was
/// watched. Says nothing about a run that the generator spoiled: ask only for valid ones.
std::vector<std::string> broker_limits(const stats::Snapshot& load,
                                       const reports::BrokerInfo& broker);

}  // namespace handfast::scenario
