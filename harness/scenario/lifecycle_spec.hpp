// A fleet's lifecycle options made ready for the load engine.
#pragma once

#include "core/base/problem.hpp"
#include "harness/scenario/fleet.hpp"
#include "pki/store/pki.hpp"

namespace handfast::scenario {

/// Fills the fields of `spec` that `fleet.lifecycle` is about. `pki` is where bad chains come from;
/// usage problem when it lacks the identity.
Result<void> set_lifecycle(const Fleet& fleet, const std::optional<pki::Pki>& pki,
                           loadgen::FleetSpec& spec);

}  // namespace handfast::scenario
