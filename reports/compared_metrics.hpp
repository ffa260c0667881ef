// The numbers by which two results are compared: few, because each one more asks for more runs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reports/result.hpp"

namespace handfast::reports {

enum class MetricUnit : std::uint8_t {
  seconds,
  per_second,
  share,  ///< 0 to 1
  bytes,
};

struct MetricSpec {
  std::string name;  ///< as thresholds write it where they know it: "devices.handshake.p99"
  MetricUnit unit = MetricUnit::seconds;
  bool higher_is_better = false;

  bool operator==(const MetricSpec&) const = default;
};

struct MetricValue {
  MetricSpec metric;
  double value = 0;
};

/// What `result` has of: for each fleet FLEET.rate, .error_share (of started), .dropped_share (of
/// planned), .handshake, .ready, .suback, .puback, .pubcomp, .delivery, .outage with .p50 and .p99
/// (response time), .publish_rate, .lost_share (of expected), .knee; of a broker that was watched
/// broker.cpu_per_connection, or broker.cpu_per_message where there were messages, and
/// broker.rss_max. Metrics without a sample are left out.
std::vector<MetricValue> compared_metrics(const Result& result);

/// "12.3 ms", "98.7/s", "0.12 %", "13.7 MiB".
std::string format_metric(MetricUnit unit, double value);

}  // namespace handfast::reports
