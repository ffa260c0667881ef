// What a fleet over DTLS can be asked for.
#pragma once

#include "core/base/problem.hpp"
#include "loadgen/fleet_spec.hpp"

namespace handfast::loadgen {

/// Usage problem for settings that a fleet over DTLS cannot follow, and for those of DTLS in a
/// fleet over anything else.
Result<void> check_datagrams(const FleetSpec& fleet);

}  // namespace handfast::loadgen
