// The single examinations of `pki doctor`.
#pragma once

#include <vector>

#include "pki/upkeep/doctor.hpp"

namespace handfast::pki::detail {

/// A clock that stands before what was issued is behind, or was when that happened.
std::vector<Complaint> examine_clock(const Home& home, WallTime now);
/// Every entry was applied; its files are there; keys belong to their certificates, and their
/// users can read them while nobody else can.
std::vector<Complaint> examine_files(const Home& home);
/// lint over all chains, authorities and CRLs together.
std::vector<Complaint> examine_certificates(const Home& home, WallTime now);
/// Each chain file begins with the current certificate, and OpenSSL accepts it with its root.
std::vector<Complaint> examine_chains(const Home& home, WallTime now);
/// Revoked certificates are on the CRL that their issuer publishes, and it is current.
std::vector<Complaint> examine_revocation(const Home& home, WallTime now);
/// Bundles hold the current certificates of their members; exports trust somebody; each root of an
/// identity is in a bundle.
std::vector<Complaint> examine_trust(const Home& home);

}  // namespace handfast::pki::detail
