// The names of a fleet's members: templates of the manifest, expanded and put into DER.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/problem.hpp"
#include "pki/manifest/manifest.hpp"
#include "pki/mint/names.hpp"
#include "pki/mint/seed.hpp"

namespace handfast::pki::detail {

/// Thread-safe once made.
class MemberNames {
 public:
  /// {uuid} and {rand:N} come from the seed, or from chance. Usage problem for a template with a
  /// mistake, and for common names beyond 64 characters (RFC 5280 appendix A.1, ub-common-name).
  static Result<MemberNames> of(const FleetEntry& fleet, const std::optional<Seed>& seed);

  std::string common_name(std::uint64_t index) const { return common_name_.expand(index, salt_); }
  /// Usage problem for text that is no name.
  Result<std::vector<AltName>> alt_names(std::uint64_t index) const;
  /// The same as GeneralName elements (RFC 5280 section 4.2.1.6), appended to `out`.
  Result<void> put_alt_names(std::uint64_t index, Bytes& out) const;

 private:
  NameTemplate common_name_;
  std::vector<NameTemplate> names_;
  std::string salt_;
};

}  // namespace handfast::pki::detail
