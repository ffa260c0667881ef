// Before the load: do the clients of a fleet hold the anchor of what the broker serves? A fleet
// without it fails every handshake, and that is better said once than counted a thousand times.
#pragma once

#include <string>

#include "harness/scenario/model.hpp"
#include "loadgen/run.hpp"

namespace handfast::scenario {

/// What stands between the fleet's trust and the chain that its listener serves now: the verify
/// result in words. Empty when the chain is accepted, when the fleet does not verify at all, when
/// the listener cannot be asked (it wants a PROXY header first, or does not answer), and without
/// TLS or certificates.
std::string trust_gap(const Fleet& fleet, const loadgen::FleetSpec& spec);

}  // namespace handfast::scenario
