// The conformance matrix as an HTML page: one file that holds everything, loads nothing and works
// from a disk.
#pragma once

#include <string>

#include "reports/matrix.hpp"

namespace handfast::reports {

/// A complete HTML document in UTF-8. The data is embedded as JSON and shown by script through text
/// nodes, so a foreign text is never markup; without script the terminal report is shown.
std::string matrix_html(const Matrix& matrix);

}  // namespace handfast::reports
