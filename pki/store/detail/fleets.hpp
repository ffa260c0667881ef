// The fleets of one apply: minted into their stores, or left alone when what is there is what
// the manifest says.
#pragma once

#include "pki/fleet/fleet_bulk.hpp"
#include "pki/store/detail/issuing.hpp"

namespace handfast::pki::detail {

/// A store whose fleet or issuer changed is made anew, with new keys; the old one goes to the
/// archive.
Result<void> apply_fleet(const FleetEntry& fleet, const Manifest& manifest, const Issuing& issuing,
                         Folder& folder, State& state, WallTime now, const BulkOptions& options);

}  // namespace handfast::pki::detail
