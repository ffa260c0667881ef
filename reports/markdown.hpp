// A result as Markdown, for the summary page of a CI job.
#pragma once

#include <string>

#include "reports/result.hpp"

namespace handfast::reports {

/// The verdict with its reasons, thresholds, fleets, latencies, failures, checks that did not pass,
/// the generator's health and how to run it again. Foreign texts are escaped: neither markup nor
/// HTML.
std::string result_markdown(const Result& result);

}  // namespace handfast::reports
