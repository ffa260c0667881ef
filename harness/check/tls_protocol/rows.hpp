// Group C of the conformance catalogue: TLS as a protocol. Most rows are data: a change of a
// ClientHello and the answer that a correct server gives.
#pragma once

#include <vector>

#include "harness/check/check.hpp"

namespace handfast::check {

/// In the order of the catalogue.
std::vector<CheckSpec> tls_protocol_specs();

}  // namespace handfast::check
