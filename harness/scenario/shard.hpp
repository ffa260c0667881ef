// One load made by several processes: which part is ours, when it begins, and by what its parts
// know each other.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "harness/scenario/model.hpp"
#include "loadgen/numbering.hpp"

namespace handfast::scenario {

/// Parses "I/N": part I of N, counted from 0. Either may be "env", and "env" alone stands for
/// "env/env": I is then the environment's JOB_COMPLETION_INDEX, which Kubernetes sets in each pod
/// of an indexed job, and N its JOB_COMPLETION_COUNT, which the job's manifest must set. Usage
/// problem for everything else. `variable` looks up the environment: null for one that is not set.
Result<loadgen::Shard> parse_shard(std::string_view text,
                                   const std::function<const char*(const char*)>& variable);

/// A load that was to begin no longer ago than this still does.
inline constexpr Nanos start_grace = std::chrono::seconds(1);

/// `start`, agreed on in wall time, on the clock that measures; `wall` and `now` are the same
/// moment. Environment problem when `start` is past by more than `start_grace`.
Result<TimePoint> begin_at(WallTime start, WallTime wall, TimePoint now);

/// Stands for what a scenario asks for, with its defaults filled in: 16 hexadecimal digits. Where
/// it is asked for does not count (target, source addresses, PKI home): that may differ from shard
/// to shard.
std::string fingerprint(const Scenario& scenario);

}  // namespace handfast::scenario
