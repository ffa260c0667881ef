// The value of a metric, as evaluation finds it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/stats/snapshot.hpp"

namespace handfast::scenario::detail {

/// A measured value in the metric's unit; or why there is none.
struct Measured {
  std::optional<double> value;
  std::string missing;
};

/// The metric `name` of messages; nullopt when it is none.
std::optional<Measured> measure_messages(std::string_view name, const stats::FleetStats& fleet);

}  // namespace handfast::scenario::detail
