// Group D of the conformance catalogue: MQTT over WebSocket over TLS. Most rows are data: a request
// or a frame, and what a correct broker makes of it.
#pragma once

#include <vector>

#include "harness/check/check.hpp"

namespace handfast::check {

std::vector<CheckSpec> websocket_specs();

}  // namespace handfast::check
