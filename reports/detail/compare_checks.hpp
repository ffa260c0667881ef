// The conformance half of a comparison.
#pragma once

#include <vector>

#include "reports/comparison.hpp"

namespace handfast::reports::detail {

/// Fills `checks` and `same_checks` of `out`: every row whose verdict is not the same on both
/// sides, in the order of the base side, by broker. `baseline` may be null.
void compare_checks(const std::vector<ComparedRun>& base, const std::vector<ComparedRun>& fresh,
                    const Baseline* baseline, Comparison& out);

}  // namespace handfast::reports::detail
