// What a fleet's TLS can be asked for.
#pragma once

#include "core/base/problem.hpp"
#include "loadgen/fleet_spec.hpp"

namespace handfast::loadgen {

/// Usage problem for a resumption, early data, pre-shared keys or a bare handshake that the fleet's
/// other settings rule out.
Result<void> check_tls(const FleetSpec& fleet);

}  // namespace handfast::loadgen
