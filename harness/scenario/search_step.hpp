// What a run at one rate says about that rate. Pure.
#pragma once

#include <string>
#include <vector>

#include "core/stats/snapshot.hpp"
#include "harness/scenario/threshold.hpp"
#include "reports/search.hpp"

namespace handfast::scenario {

/// Judges a run of one fleet at `per_s`. It held when the generator was not saturated, every
/// threshold passed, and 99 % of the starts were made within the load: a backlog that the drain
/// works off is no rate that was carried. `saturation` are the generator's reasons against itself.
reports::SearchStep judge_step(double per_s, const stats::Snapshot& load,
                               const std::vector<Threshold>& thresholds,
                               const std::vector<std::string>& saturation);

}  // namespace handfast::scenario
