// Evidence as the result model keeps it.
#pragma once

#include <string>
#include <vector>

#include "harness/check/evidence.hpp"
#include "harness/check/script.hpp"
#include "reports/result.hpp"

namespace handfast::check {

/// Everything worth showing of one connection; `what` names its part in the check.
reports::Observation observe(const Attempt& attempt, const std::string& what);

/// All connections of a check in the order in which they were made: "control before, TLS 1.3",
/// "case, TLS 1.3, eager", "control after, TLS 1.3".
std::vector<reports::Observation> observe(const Evidence& evidence);
/// The same of a script: its controls, and every step of its last try.
std::vector<reports::Observation> observe(const ScriptRun& run);

}  // namespace handfast::check
