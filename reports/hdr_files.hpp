// Latency distributions in the file formats of HdrHistogram, for its own tools.
#pragma once

#include <string>
#include <string_view>

#include "core/base/problem.hpp"
#include "core/stats/histogram.hpp"
#include "reports/result.hpp"

namespace handfast::reports {

/// An interval log (.hlog, log format 1.3; HistogramLogProcessor and HistogramLogAnalyzer read it):
/// one line for each distribution of `result`, tagged with its name, from the begin of the load to
/// its end. Values count in nanoseconds, the column Interval_Max in milliseconds.
std::string hlog_text(const Result& result);

/// The percentile distribution of one histogram (.hgrm, as HdrHistogram's plotters read it), values
/// in milliseconds: what outputPercentileDistribution(..., 5, 1e6) of the Java library prints.
std::string hgrm_text(const stats::Histogram& histogram);

/// hgrm_text() of the distribution called `name`. Usage problem that lists the names there are for
/// another one; an empty name stands for the only one.
handfast::Result<std::string> hgrm_of(const Result& result, std::string_view name);

}  // namespace handfast::reports
