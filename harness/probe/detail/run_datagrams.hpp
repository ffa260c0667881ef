// run() for a listener of datagrams.
#pragma once

#include "harness/probe/probe.hpp"

namespace handfast::probe::detail {

/// A handshake, then one question and its answer.
Result<Transcript> run_datagrams(const Options& options);

}  // namespace handfast::probe::detail
