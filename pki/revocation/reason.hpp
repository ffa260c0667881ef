// Why a certificate was revoked (RFC 5280 section 5.3.1), in the standard's own words.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"

namespace handfast::pki {

/// The numbers are those on the wire; 7 is not used.
enum class RevocationReason : std::uint8_t {
  unspecified = 0,
  key_compromise = 1,
  ca_compromise = 2,
  affiliation_changed = 3,
  superseded = 4,
  cessation_of_operation = 5,
  certificate_hold = 6,  ///< the only one that can be taken back
  remove_from_crl = 8,   ///< in delta CRLs only: no longer on hold
  privilege_withdrawn = 9,
  aa_compromise = 10,
};

std::string_view to_string(RevocationReason reason);  ///< "keyCompromise"
/// Usage problem with a suggestion for an unknown word.
Result<RevocationReason> parse_revocation_reason(std::string_view text);
/// Every word, in the order of the numbers.
std::vector<std::string_view> revocation_reason_names();

}  // namespace handfast::pki
