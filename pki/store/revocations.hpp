// Everything that is revoked, as one list: what the CRLs and OCSP answers of a home are made of.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "pki/manifest/manifest.hpp"
#include "pki/store/state.hpp"

namespace handfast::pki {

struct RevokedCertificate {
  std::string issuer;  ///< authority
  std::string serial;  ///< hexadecimal
  Revocation revocation;
  std::string name;  ///< "server@2"
};

/// Entries with their old generations, and the revoked members of fleets that were replaced,
/// ordered by issuer and serial. Members of the fleets as they are now are not in it: their serials
/// are in the packs.
std::vector<RevokedCertificate> revocations(const State& state);
/// Those of one authority.
std::vector<RevokedCertificate> revocations(const State& state, const std::string& issuer);

/// Revokes every leaf generation that has expired, with the reason `superseded` (capability
/// S4-71), but for faults, which may be expired on purpose. What was revoked, as in `revocations`.
std::vector<RevokedCertificate> revoke_expired(const Manifest& manifest, State& state,
                                               WallTime now);

}  // namespace handfast::pki
