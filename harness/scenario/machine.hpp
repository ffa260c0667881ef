// The machine a run was made on, for its result.
#pragma once

#include "reports/result.hpp"

namespace handfast::scenario {

/// Host name, kernel, processor, cores and memory; what cannot be read stays empty.
reports::Machine describe_machine();

}  // namespace handfast::scenario
