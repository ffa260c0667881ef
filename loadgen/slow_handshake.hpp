// Clients on a bad line, or with bad intentions (slowloris): their bytes come in dribs and drabs.
#pragma once

#include <cstddef>

#include "core/base/clock.hpp"

namespace handfast::loadgen {

/// Until CONNACK everything a connection sends leaves in pieces of `piece_bytes`, one every
/// `every`. The fleet's deadline counts as ever.
struct SlowHandshake {
  double share = 1;                             ///< of the starts, 0 to 1
  std::size_t piece_bytes = 1;                  ///< at least 1
  Nanos every = std::chrono::milliseconds(10);  ///< at least the timer wheel's tick, 1 ms
};

}  // namespace handfast::loadgen
