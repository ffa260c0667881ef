// The latency distributions of a result under their names, for everything that lists them.
#pragma once

#include <string>
#include <vector>

#include "reports/result.hpp"

namespace handfast::reports {

struct Distribution {
  /// "devices.handshake" (response time), "devices.handshake.service", "generator.lag"; as
  /// thresholds name them.
  std::string name;
  const stats::Histogram* histogram = nullptr;
};

/// Every histogram with samples, by fleet and phase; that of the generator's lag, of all workers,
/// is kept in `lag`. Valid as long as `result` and `lag`.
std::vector<Distribution> distributions_of(const Result& result, stats::Histogram& lag);

}  // namespace handfast::reports
