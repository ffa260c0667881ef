// The reader of the section "timeline", in its two halves.
#pragma once

#include "harness/scenario/detail/read.hpp"
#include "harness/scenario/reader.hpp"

namespace handfast::scenario::detail {

/// Reads the section into `scenario`, which holds all other sections already, and checks it.
Result<void> read_timeline(const config::Node& node, const Known& known, Scenario& scenario);

/// Finds what cannot happen as scenario.timeline says: out of order, after the end, to a broker or
/// PKI that is not ours or not able to. `node` is where it was read from.
Result<void> check_timeline(const config::Node& node, const Known& known, const Scenario& scenario);

}  // namespace handfast::scenario::detail
