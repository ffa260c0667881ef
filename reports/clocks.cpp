#include "reports/clocks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <vector>

#include "core/base/units.hpp"

namespace handfast::reports {

namespace {

/// Longer bounds say nothing, and do not fit every unit.
constexpr double longest_bound_s = 1e6;

Nanos bound_of(double most_offset_s) {
  return Nanos(std::llround(std::clamp(most_offset_s, 0.0, longest_bound_s) * 1e9));
}

/// The widest bound of each clock that the parts read, by boot; empty bounds are wider than all.
std::vector<std::optional<double>> bounds_of(const MergeInfo& merged) {
  std::map<std::string, std::optional<double>> known;
  std::vector<std::optional<double>> bounds;
  for (const MergeInfo::Part& part : merged.parts) {
    const ShardClock& clock = part.clock;
    if (clock.boot_id.empty()) {
      bounds.push_back(clock.most_offset_s);
      continue;
    }
    const auto [at, added] = known.try_emplace(clock.boot_id, clock.most_offset_s);
    if (!clock.most_offset_s || !at->second) {
      at->second.reset();
    } else {
      at->second = std::max(*at->second, *clock.most_offset_s);
    }
  }
  for (const auto& [boot_id, bound] : known) bounds.push_back(bound);
  return bounds;
}

}  // namespace

std::optional<Nanos> clocks_apart(const MergeInfo& merged) {
  const auto bounds = bounds_of(merged);
  if (bounds.size() < 2) return Nanos(0);
  std::vector<double> known;
  for (const auto& bound : bounds) {
    if (!bound) return std::nullopt;
    known.push_back(*bound);
  }
  std::ranges::partial_sort(known, known.begin() + 2, std::greater());
  return bound_of(known[0]) + bound_of(known[1]);
}

std::string describe_clocks(const MergeInfo& merged) {
  if (bounds_of(merged).size() < 2) return "one clock for all";
  if (const auto apart = clocks_apart(merged))
    return fmt::format("{} apart at most", format_duration(*apart));
  std::vector<std::string> unbounded;
  for (const MergeInfo::Part& part : merged.parts) {
    if (!part.clock.most_offset_s && std::ranges::find(unbounded, part.host) == unbounded.end())
      unbounded.push_back(part.host);
  }
  return fmt::format("not known how far apart: no time daemon has set the clock of {}",
                     fmt::join(unbounded, ", "));
}

std::string describe_clock(const ShardClock& clock) {
  if (!clock.most_offset_s) return "no time daemon has set it: how far it is off is not known";
  return fmt::format("off by {} at most", format_duration(bound_of(*clock.most_offset_s)));
}

}  // namespace handfast::reports
