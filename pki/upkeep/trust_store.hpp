// Certificates of others that we trust: imported one by one, kept apart from what we issue
// (capability S4-09), in files "trust/NAME-trust.pem" of a home, with one bundle of all.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "pki/store/home.hpp"

namespace handfast::pki {

/// The bundle of all imported certificates, relative to home; intermediates first, roots last.
inline constexpr std::string_view trust_bundle_file = "trust/trust.pem";

/// "trust/partner-trust.pem" for "partner-trust".
std::string trust_file(const std::string& name);
/// "partner-trust", ..., sorted.
std::vector<std::string> trust_names(const Home& home);
/// Writes the bundle anew, or moves it to the archive when nothing is trusted any more.
Result<void> write_trust_bundle(const Home& home);

struct ImportReport {
  std::string name;                ///< as it is called now: "partner-trust", "server"
  std::vector<std::string> files;  ///< written, relative to home
  std::vector<std::string> notes;  ///< "C = DE, CN = partner root: trusted until 2036-..."
  bool unchanged = false;          ///< it was there already
};

/// Adopts the certificates of `text` (PEM with any text around, or DER) as trusted. An
/// intermediate's root has to be there before it: here, in the same text, or among our authorities
/// (capability S4-33). Usage problem for a leaf, a name that is no file name, and a missing root;
/// environment problem for text without certificates, for what has expired at `now`, and when
/// `name` holds another certificate already.
Result<ImportReport> import_trust(Home& home, std::string_view text, const std::string& where,
                                  const std::string& name, WallTime now);

}  // namespace handfast::pki
