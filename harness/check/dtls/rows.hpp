// Group G of the conformance catalogue: listeners of datagrams. Loss, duplication and reordering
// are made by a path of our own (harness/probe/datagram); silence until the deadline counts as a
// rejection, as there is no connection to close and an alert may be lost.
#pragma once

#include <vector>

#include "harness/check/check.hpp"

namespace handfast::check {

/// In the order of the catalogue.
std::vector<CheckSpec> dtls_specs();

}  // namespace handfast::check
