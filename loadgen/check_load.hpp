// Loads that cannot be: found before anything starts.
#pragma once

#include <string>

#include "core/base/problem.hpp"
#include "loadgen/fleet_spec.hpp"

namespace handfast::loadgen {

/// A usage problem that names the fleet.
Problem refused(const FleetSpec& fleet, const std::string& why, std::string hint = {});

/// Usage problem when the fleet's load model is incomplete, contradicts itself or starts nothing.
Result<void> check_load(const FleetSpec& fleet);

}  // namespace handfast::loadgen
