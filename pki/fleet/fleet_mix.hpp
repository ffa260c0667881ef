// Which members of a fleet are unlike the rest: exact counts, and a choice that the fleet's name
// alone decides, so that a CRL or a test can name them without looking at a certificate.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/problem.hpp"
#include "pki/manifest/manifest.hpp"
#include "pki/mint/validity.hpp"

namespace handfast::pki {

/// What a member is; nobody is two things at once. The numbers stand in packs.
enum class FleetMember : std::uint8_t {
  regular = 0,
  revoked = 1,  ///< a good certificate whose serial belongs on the CRL
  expired = 2,  ///< ended a day before minting
  soon = 3,     ///< ends within a day of minting
  rogue = 4,    ///< issued by the fleet's rogue issuer
};
inline constexpr std::size_t fleet_member_kinds = 5;

std::string_view to_string(FleetMember member);  ///< "regular", "revoked", ...
/// What to_string writes; nullopt for anything else.
std::optional<FleetMember> parse_fleet_member(std::string_view text);

/// How many of `count` members a share of 0 to 1 is, rounded half up.
std::uint64_t share_of(double share, std::uint64_t count);

/// The members of a fleet that are not regular. Const members are thread-safe.
class FleetRoster {
 public:
  FleetRoster() = default;  ///< all regular
  /// Usage problem for a mix that asks for more members than there are.
  static Result<FleetRoster> of(const FleetEntry& fleet);

  /// From a list in any order; an index must not be in it twice.
  static FleetRoster from(std::vector<std::pair<std::uint64_t, FleetMember>> special);

  FleetMember kind(std::uint64_t index) const;
  /// Indices in rising order; empty for `regular`.
  std::vector<std::uint64_t> members(FleetMember kind) const;

 private:
  std::vector<std::pair<std::uint64_t, FleetMember>> special_;  ///< by index
};

/// When a member's certificate is valid, given the fleet's own validity and the moment of minting.
Period period_of(FleetMember member, const Validity& validity, WallTime now);

}  // namespace handfast::pki
