// The conformance matrix as JUnit XML: a suite for each broker, a testcase for each row.
#pragma once

#include <string>

#include "reports/matrix.hpp"

namespace handfast::reports {

/// A fail that the baseline knows is "skipped" with its reason; one that it does not know is a
/// failure, and so is an entry that is no longer true. `inconclusive`, `error`, a broker that is
/// not available and an interruption are errors: they say nothing about the broker.
std::string matrix_junit_xml(const Matrix& matrix);

}  // namespace handfast::reports
