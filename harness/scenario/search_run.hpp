// Searches for the knee, run: each step is a load of its own.
#pragma once

#include <vector>

#include "harness/scenario/model.hpp"
#include "harness/scenario/run.hpp"
#include "loadgen/run.hpp"
#include "reports/result.hpp"

namespace handfast::scenario {

/// Runs the searches of `scenario`, one fleet after the other; `specs` go by fleet, and `options`
/// are those of every step. What they found goes into `result.searches`, and a fleet whose first
/// rate already broke makes the result fail, or not valid when the generator was the reason.
void run_searches(const Scenario& scenario, const RunSettings& settings,
                  const std::vector<loadgen::FleetSpec>& specs, const loadgen::RunOptions& options,
                  reports::Result& result);

/// Whether the least rate of each search held, as thresholds: "sensors.knee >= 100/s".
std::vector<reports::ThresholdResult> knee_thresholds(const Scenario& scenario,
                                                      const reports::Result& result);

}  // namespace handfast::scenario
