// The time series of a load as a table for spreadsheets and scripts.
#pragma once

#include <string>

#include "reports/result.hpp"

namespace handfast::reports {

/// RFC 4180 with a header and LF line ends: one row for each tick and fleet, and one with an empty
/// fleet for all of them together. Counts of the tick, percentiles in seconds by phase, then
/// generator and broker, which are the same in all rows of a tick. Columns of phases that no fleet
/// went through are left out.
std::string csv_text(const Result& result);

}  // namespace handfast::reports
