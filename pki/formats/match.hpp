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

/// Compares the first object of each file, in a chain its leaf. Environment problem for an
/// encrypted key and usage problem for fewer than two files.
Result<MatchAnswer> match(const std::vector<InspectedFile>& files);

}  // namespace handfast::pki
