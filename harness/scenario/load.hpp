// The load of a fleet as a whole, whichever model it follows: how long, how much, and in words.
#pragma once

#include <optional>
#include <string>

#include "harness/scenario/fleet.hpp"

namespace handfast::scenario {

/// From the first start to the end of the load; connections under way may take longer.
Nanos load_duration(const Fleet& fleet);

/// Connections that the load starts; nullopt for a closed loop, whose rate is the broker's.
std::optional<double> planned_starts(const Fleet& fleet);

/// "open loop: 100/s for 5s, then 0/s..9/s for 1m", "closed loop: 64 in flight for 30s".
std::string describe_load(const Fleet& fleet);

/// The section "load" of a resolved scenario, with every default.
std::string load_section(const Fleet& fleet);

}  // namespace handfast::scenario
