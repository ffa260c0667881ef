// Group emqx-guide: the steps of the EMQ X guide to TLS, one-way and two-way, the negative cases
// that it lacks, and its question of which trust file goes with which chain.
#pragma once

#include <vector>

#include "harness/check/check.hpp"

namespace handfast::check {

std::vector<CheckSpec> emqx_guide();

}  // namespace handfast::check
