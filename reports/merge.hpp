// One result out of those of all shards of a load.
#pragma once

#include <string>
#include <vector>

#include "core/base/problem.hpp"
#include "reports/result.hpp"

namespace handfast::reports {

/// The result of one shard, and the file that it came from.
struct Part {
  std::string file;
  Result result;
};

struct Merged {
  Result result;  ///< without thresholds and exit code: they are the caller's to find
  std::vector<std::string> thresholds;  ///< expressions to evaluate on it
};

/// How far apart the loads of shards may have begun to count as one load.
inline constexpr Nanos start_tolerance = std::chrono::seconds(2);

/// Puts shards together, in any order: counts and histograms exactly (core/stats/merge.hpp), checks
/// and problems of all of them. The result is not valid when a shard is missing, was not valid
/// itself, or began its load more than `start_tolerance` after another one. Usage problem when
/// `parts` are not shards of one and the same load: another scenario, number of shards or version
/// of handfast, or the same shard twice.
handfast::Result<Merged> merge(std::vector<Part> parts);

}  // namespace handfast::reports
