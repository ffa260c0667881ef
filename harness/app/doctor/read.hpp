#pragma once

#include "core/base/problem.hpp"
#include "harness/app/doctor/facts.hpp"

namespace handfast::app {

/// Reads everything that the doctor judges; asks each installed broker for its version, which takes
/// some seconds. Environment problem when /proc cannot be read.
Result<MachineFacts> read_machine();

}  // namespace handfast::app
