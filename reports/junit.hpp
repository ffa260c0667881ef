// JUnit XML for CI systems: what they can show of a result.
#pragma once

#include <string>

#include "reports/result.hpp"

namespace handfast::reports {

/// One testsuite for each check group with one testcase for each check, one suite for the
/// thresholds and one for the run itself. fail is a failure with the evidence as text; skip is
/// skipped; inconclusive and error are errors; warn and info pass and say why in system-out. The
/// result is well-formed XML 1.0 in UTF-8 whatever the texts contain.
std::string junit_xml(const Result& result);

}  // namespace handfast::reports
