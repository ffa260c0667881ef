// The CRLs of a home: what is on them comes from the state and the fleets, and a file is written
// only when it says something new or is about to end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "pki/revocation/crl.hpp"
#include "pki/store/home.hpp"

namespace handfast::pki {

/// Everything that `authority` has revoked: entries with their old generations, members of fleets
/// by hand and by their mix; by serial number. Environment problem for a fleet that cannot be read.
Result<std::vector<RevokedEntry>> revoked_by(const Home& home, const std::string& authority);

/// "second-crl.pem"; what the manifest says, or this.
std::string crl_file_of(const Authority& authority);
/// The same as DER: "second-crl.der".
std::string crl_der_file_of(const Authority& authority);

/// Authorities that publish a CRL or have revoked something.
Result<std::vector<std::string>> crl_authorities(const Home& home);

struct CrlOptions {
  std::optional<Nanos> valid;  ///< instead of the manifest's crl_every
  WallTime now;
  bool force = false;  ///< write although nothing changed
};

struct CrlReport {
  std::string authority;
  std::string file;
  std::uint64_t number = 0;
  std::size_t entries = 0;
  WallTime next_update{};
  bool written = false;
  std::string reason;  ///< why it was written: "new", "the list changed", ...
};

/// Writes the CRL of one authority, PEM and DER, numbered one above the last; left alone while the
/// list, the signer and the distribution point are the same and a quarter of its life is left. The
/// number is saved before the files, so it never goes back (RFC 5280 section 5.2.3). `home` must
/// hold the lock. Usage problem with a suggestion for an unknown authority.
Result<CrlReport> write_crl(Home& home, const std::string& authority, const CrlOptions& options);
/// The same for all of crl_authorities(). An authority whose key is not here is passed over while
/// its CRL needs no change.
Result<std::vector<CrlReport>> write_crls(Home& home, const CrlOptions& options);

/// "second-crl.pem: CRL number 3, 2 entries, until 2026-06-08T12:00:00Z (the list changed)".
std::string crl_report_text(const std::vector<CrlReport>& reports);
/// An array of objects, indented, without a final newline.
std::string crl_report_json(const std::vector<CrlReport>& reports);

}  // namespace handfast::pki
