#include "core/stats/failure_sample.hpp"

#include <algorithm>
#include <utility>

namespace handfast::stats {

void add_sample(std::vector<FailureSample>& samples, FailureSample sample) {
  if (samples.size() < most_samples) {
    samples.push_back(std::move(sample));
    return;
  }
  if (sample.messages.empty()) return;
  const auto bare =
      std::ranges::find_if(samples, [](const FailureSample& one) { return one.messages.empty(); });
  if (bare != samples.end()) *bare = std::move(sample);
}

}  // namespace handfast::stats
