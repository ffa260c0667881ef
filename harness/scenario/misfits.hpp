// What a machine cannot give to a plan, and what would help, worked out.
#pragma once

#include <string>
#include <vector>

#include "harness/scenario/limits.hpp"
#include "harness/scenario/needs.hpp"

namespace handfast::scenario {

struct Finding {
  std::string what;  ///< "tls-two-way needs 31000 local ports at once, but ..."
  std::string fix;   ///< "2 source addresses, for example source: 127.0.1.0/30, or ..."
};

/// Everything in `needs` that `limits` does not give; `shard` is the part that they are the needs
/// of.
std::vector<Finding> misfits(const LoadNeeds& needs, const Limits& limits,
                             const loadgen::Shard& shard);

}  // namespace handfast::scenario
