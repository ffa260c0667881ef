// Whole fleets: minted on several threads, or taken from one store to another. Members are written
// in the order of their indices, however many threads there are.
#pragma once

#include <cstdint>
#include <functional>

#include "core/base/problem.hpp"
#include "pki/fleet/fleet.hpp"
#include "pki/fleet/fleet_mint.hpp"

namespace handfast::pki {

struct FleetProgress {
  std::uint64_t done = 0;
  std::uint64_t count = 0;
};

struct BulkOptions {
  unsigned threads = 0;  ///< 256 at most; 0: as many as the machine runs at once
  /// Called on the caller's thread after each few thousand members; false ends the work, and
  /// nothing appears under the fleet's name.
  std::function<bool(const FleetProgress&)> progress;
};

/// Mints all members into `out`, without its commit. Environment problem when stopped; problems as
/// of FleetMinter::mint and the writer.
Result<void> mint_fleet(FleetMinter& minter, FleetWriter& out, const BulkOptions& options);

/// Takes all members of `fleet` into `out`, without its commit.
Result<void> copy_fleet(const Fleet& fleet, FleetWriter& out, const BulkOptions& options);

}  // namespace handfast::pki
