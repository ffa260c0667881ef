// Everything that is revoked, as one list: what the CRLs and OCSP answers of a home are made of.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pki/store/state.hpp"

namespace handfast::pki {

struct RevokedCertificate {
  std::string issuer;  ///< authority
  std::string serial;  ///< hexadecimal
  Revocation revocation;
  std::string name;  ///< "server@2"
};

/// Entries and their old generations, ordered by issuer and serial. Members of fleets are not in
/// it: their serials are in the packs.
std::vector<RevokedCertificate> revocations(const State& state);
/// Those of one authority.
std::vector<RevokedCertificate> revocations(const State& state, const std::string& issuer);

}  // namespace handfast::pki
