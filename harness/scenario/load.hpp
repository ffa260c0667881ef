// The load of a fleet as a whole, whichever model it follows: how long, how much, and in words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/scenario/fleet.hpp"

namespace handfast::scenario {

/// From the first start to the end of the load, ramp-down included, for a search at most;
/// connections under way may take longer.
Nanos load_duration(const Fleet& fleet);

/// Of all loads of a scenario: those that stand side by side, and the searches after them.
Nanos load_duration(const std::vector<Fleet>& fleets);

/// Connections that the load starts, for a search at most; nullopt for a closed loop, whose rate is
/// the broker's.
std::optional<std::uint64_t> planned_starts(const Fleet& fleet);

/// The rate that the load has on average, as stages; none for a closed loop, the most that it may
/// come to for a search.
std::vector<loadgen::Stage> mean_rate(const Fleet& fleet);

/// What a random load of `fleet` is drawn from: fleets of one scenario differ, runs do not.
std::uint64_t fleet_seed(std::uint64_t seed, std::string_view fleet);

/// "open loop: 100/s for 5s, then 0/s..9/s for 1m", "closed loop: 64 in flight for 30s".
std::string describe_load(const Fleet& fleet);

/// The section "load" of a resolved scenario, with every default.
std::string load_section(const Fleet& fleet);

}  // namespace handfast::scenario
