// The trust matrix of the guide: which trust file goes with which chain, for a verifying broker and
// for a verifying client.
#pragma once

#include <vector>

#include "harness/check/check.hpp"

namespace handfast::check {

std::vector<CheckSpec> emqx_trust_matrix();

}  // namespace handfast::check
