// A running load as Prometheus metrics; docs/metrics.md lists names and labels.
#pragma once

#include <string>
#include <vector>

#include "core/stats/snapshot.hpp"
#include "reports/timeline.hpp"

namespace prometheus {
struct MetricFamily;
}

namespace handfast::reports {

/// What Prometheus gets to see of `snapshot` and of the events of a timeline that are over.
/// Counters and histograms begin with the load and never fall while it runs. Label values are
/// well-formed UTF-8.
std::vector<prometheus::MetricFamily> metric_families(
    const stats::Snapshot& snapshot, const std::string& version,
    const std::vector<TimelineEvent>& events = {});

/// The same in the text exposition format 0.0.4.
std::string metrics_text(const stats::Snapshot& snapshot, const std::string& version,
                         const std::vector<TimelineEvent>& events = {});

/// The upper bounds of the latency buckets, in seconds.
const std::vector<double>& latency_bounds();

}  // namespace handfast::reports
