// What a search for the knee found: the rates it tried, and the last one that held.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"

namespace handfast::reports {

/// One rate, tried for a while.
struct SearchStep {
  double offered_per_s = 0;
  double started_per_s = 0;        ///< starts made within the step
  double achieved_per_s = 0;       ///< connections accepted (CONNACK) within the step
  Nanos ready_p99{};               ///< response time; zero without samples
  bool held = false;               ///< every threshold was kept and the offered rate too
  bool generator_limited = false;  ///< it did not hold, and the generator explains that
  std::string why;                 ///< of a step that did not hold

  bool operator==(const SearchStep&) const = default;
};

struct SearchResult {
  std::string fleet;
  std::vector<SearchStep> steps;     ///< in the order in which they were tried
  std::optional<double> knee_per_s;  ///< the highest rate that held; nullopt: none did
  bool lower_bound = false;          ///< nothing shows that the broker could not do more
  std::string conclusion;            ///< one sentence

  bool operator==(const SearchResult&) const = default;
};

}  // namespace handfast::reports
