// The HTML report: one file that holds everything, loads nothing and works from a disk.
#pragma once

#include <string>

#include "reports/result.hpp"

namespace handfast::reports {

/// A complete HTML document in UTF-8. The data is embedded as JSON and shown by script through text
/// nodes, so a foreign text is never markup; without script the terminal summary is shown.
std::string html_report(const Result& result);

}  // namespace handfast::reports
