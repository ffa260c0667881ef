// The hash directory of OpenSSL's CApath: a link "<hash of the subject>.0" for each certificate and
// "<hash of the issuer>.r0" for each CRL, so that a verifier finds an issuer without reading all
// files.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/problem.hpp"

namespace handfast::pki {

struct RehashReport {
  std::vector<std::string> created;  ///< "9d66eef0.0 -> root.pem"; also one that pointed elsewhere
  std::vector<std::string> removed;  ///< links to files that are gone or hold something else now
  std::vector<std::string> kept;
  std::vector<std::string> notes;  ///< files that got no link, and why
};

/// Makes the links of `folder` be what its *.pem, *.crt, *.cer and *.crl files need; a file gets
/// one when it holds exactly one certificate or exactly one CRL. Files of the same hash are
/// numbered in the order of their names. Touches nothing that is no link with such a name to a file
/// of the same folder; a second run changes nothing. Environment problem when the folder cannot be
/// read or written.
Result<RehashReport> rehash(const std::filesystem::path& folder);

}  // namespace handfast::pki
