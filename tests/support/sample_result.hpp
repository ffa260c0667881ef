// A realistic result for the tests of the reports: two fleets, fourteen seconds, checks of every
// verdict.
#pragma once

#include <cstdint>

#include "reports/result.hpp"

namespace handfast::tests {

/// Checks of every verdict, two fleets with failures, a missed threshold; exit code 4 because a
/// check is in error. The same seed gives the same result.
reports::Result sample_result(std::uint64_t seed = 1);

/// The same run as it should be: all checks passed, no failures, all thresholds held.
reports::Result passing_result(std::uint64_t seed = 1);

reports::Result checks_only_result();  ///< no fleets, no thresholds
reports::Result load_only_result();    ///< no checks

/// The sample with markup, control characters, bytes that are no UTF-8 and very long words in every
/// text that a user or a broker can influence.
reports::Result hostile_result();

/// Member by member equality, histograms included.
bool same(const reports::Result& a, const reports::Result& b);

}  // namespace handfast::tests
