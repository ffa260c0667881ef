// The counts of stats::Lifecycle under the names that thresholds know.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/stats/lifecycle.hpp"

namespace handfast::scenario {

/// The count that the metric `name` stands for; nullopt when it is none of these.
std::optional<std::uint64_t> lifecycle_count(const stats::Lifecycle& lifecycle,
                                             std::string_view name);

}  // namespace handfast::scenario
