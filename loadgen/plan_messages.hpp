// The messages of a plan: what each fleet exchanges, and the board on which they meet.
#pragma once

#include "loadgen/plan.hpp"

namespace handfast::loadgen {

/// Adds messages, CONNECT options and the board to `plan`, whose fleets are complete else. The run
/// becomes as long as publishing needs once those who exchange messages are there. Usage problem,
/// naming the fleet.
Result<void> plan_messages(Plan& plan);

}  // namespace handfast::loadgen
