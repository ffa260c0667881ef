// What a fleet may ask of its connections besides messages.
#pragma once

#include "core/base/problem.hpp"
#include "loadgen/fleet_spec.hpp"

namespace handfast::loadgen {

/// Usage problem, naming the fleet, for close style, reconnect, take-over, half-open,
/// slow-handshake and bad-chain settings that are out of range or exclude each other.
Result<void> check_lifecycle(const FleetSpec& fleet);

}  // namespace handfast::loadgen
