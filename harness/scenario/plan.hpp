// What a run will need, before it runs: --dry-run prints it, and what does not fit is a finding
// with its fix.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/scenario/limits.hpp"
#include "harness/scenario/misfits.hpp"
#include "harness/scenario/model.hpp"
#include "harness/scenario/needs.hpp"

namespace handfast::scenario {

struct Plan {
  LoadNeeds needs;
  std::vector<Finding> findings;
  std::string text;  ///< all of it for people, with a final newline
};

/// Plans the part `shard` of `scenario` under `limits`. Pure: the same inputs give the same text.
Plan plan(const Scenario& scenario, const Limits& limits, const loadgen::Shard& shard = {});

}  // namespace handfast::scenario
