// The machine a run was made on, for its result.
#pragma once

#include "reports/result.hpp"

namespace handfast::scenario {

/// Host name, kernel, processor, cores and memory; what cannot be read stays empty.
reports::Machine describe_machine();

/// The machine's clock, of which containers have none of their own, as the kernel knows it now
/// (adjtimex(2): `maxerror` grows until the time daemon sets it again). It is a bound and no
/// measurement: daemons that slew by frequency leave the kernel's `offset` at 0.
reports::ShardClock read_clock();

}  // namespace handfast::scenario
