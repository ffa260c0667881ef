// The scenario as it runs: YAML with every default filled in, for result files.
#pragma once

#include <string>

#include "harness/scenario/model.hpp"

namespace handfast::scenario {

/// YAML that read() takes and that gives the same scenario again. Paths are as the run uses them.
/// A pre-shared key or password that stands in the scenario is "(hidden)", which read() refuses
/// with what to do.
std::string resolved(const Scenario& scenario);

}  // namespace handfast::scenario
