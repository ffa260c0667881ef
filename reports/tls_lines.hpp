// What a fleet's TLS did, in sentences: how the server was verified, and what was resumed.
#pragma once

#include <string>
#include <vector>

#include "reports/result.hpp"

namespace handfast::reports {

/// Empty for fleets without TLS.
std::vector<std::string> tls_lines(const Result& result, const stats::FleetStats& fleet);

}  // namespace handfast::reports
