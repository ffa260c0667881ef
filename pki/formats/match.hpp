// `pki match`: do certificate, key and request belong together, that is, hold the same public key?
#pragma once

#include <string>
#include <vector>

#include "core/base/problem.hpp"
#include "pki/formats/credentials.hpp"
#include "pki/formats/inspect.hpp"

namespace handfast::pki {

struct MatchAnswer {
  bool matches = false;
  std::string sentence;  ///< "a.pem (certificate) and a.key (private key) belong together"
};

/// Compares the first object of each file, in a chain its leaf, in a PKCS#12 file its private key.
/// Environment problem for what is locked or has no key (a CRL), usage problem for fewer than two
/// files.
Result<MatchAnswer> match(const std::vector<InspectedFile>& files);

}  // namespace handfast::pki
