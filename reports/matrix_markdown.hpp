// The conformance matrix as Markdown, to be committed and reviewed as a difference.
#pragma once

#include <string>

#include "reports/matrix.hpp"

namespace handfast::reports {

/// Counts, one table per group with a column per broker, then everything that did not pass with its
/// evidence. Without durations, so that two runs with the same outcome differ in the date alone.
/// Foreign texts are escaped: they are neither markup nor HTML.
std::string matrix_markdown(const Matrix& matrix);

}  // namespace handfast::reports
