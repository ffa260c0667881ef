// The doctor's findings for people and for scripts.
#pragma once

#include <string>
#include <vector>

#include "harness/app/doctor/judge.hpp"

namespace handfast::app {

/// Nothing stands in the way.
bool in_order(const std::vector<Diagnosis>& findings);

/// A line or more for each, then what follows from all of them.
std::string as_text(const std::vector<Diagnosis>& findings);

/// {"handfast-doctor": 1, "in_order": ..., "findings": [{"area", "state", "what", "fix"}]}
std::string as_json(const std::vector<Diagnosis>& findings);

}  // namespace handfast::app
