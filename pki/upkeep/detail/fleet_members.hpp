// Serial numbers of fleet members, for CRLs and OCSP: read from the fleet's file, since a state
// does not list a hundred thousand of them.
#pragma once

#include <string>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/problem.hpp"
#include "pki/revocation/crl.hpp"
#include "pki/store/home.hpp"

namespace handfast::pki::detail {

/// A revocation as a CRL says it; "unspecified" has no reason code (RFC 5280 section 5.3.1).
Result<RevokedEntry> revoked_entry(Bytes serial, const Revocation& revocation);

/// Members of `fleet` that `authority` issued and that are revoked, by hand or by the fleet's mix.
/// Empty for a fleet that was not minted yet.
Result<std::vector<RevokedEntry>> revoked_members(const Home& home, const FleetEntry& fleet,
                                                  const std::string& authority);

/// The serials of all members that `authority` issued.
Result<std::vector<Bytes>> member_serials(const Home& home, const FleetEntry& fleet,
                                          const std::string& authority);

}  // namespace handfast::pki::detail
