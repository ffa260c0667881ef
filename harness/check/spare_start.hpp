// The start of a spare broker as something that is looked at: settings that a good broker refuses.
#pragma once

#include <memory>
#include <string>

#include "harness/check/script.hpp"

namespace handfast::check {

/// Starts a spare broker with the profile `listener` and notes how that went as a step called
/// `what`: accept when it came up; reject when it did not, though one with the profile `control`
/// does. Null when it did not come up; then `evidence` may hold a problem (no spare comes up at
/// all) or a skip ("no-further-broker").
std::unique_ptr<SpareBroker> start_spare(Bench& bench, ScriptEvidence& evidence,
                                         const std::string& what, const std::string& listener,
                                         const std::string& control);

}  // namespace handfast::check
