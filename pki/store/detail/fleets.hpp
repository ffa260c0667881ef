// The fleets of one apply: minted into their packs, or left alone when the pack is what the
// manifest says.
#pragma once

#include "pki/store/detail/issuing.hpp"

namespace handfast::pki::detail {

/// A pack whose fleet or issuer changed is made anew, with new keys; the old one goes to the
/// archive.
Result<void> apply_fleet(const FleetEntry& fleet, const Issuing& issuing, Folder& folder,
                         State& state, WallTime now);

}  // namespace handfast::pki::detail
