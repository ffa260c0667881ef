// What a fleet's connections did besides messages, in sentences.
#pragma once

#include <string>
#include <vector>

#include "core/stats/snapshot.hpp"

namespace handfast::reports {

/// One line for each of reconnects, take-overs, half-open clients and bad chains that took place.
std::vector<std::string> lifecycle_lines(const stats::FleetStats& fleet);

}  // namespace handfast::reports
