// `pki revoke` and `pki unhold`: by name, by generation, and for members of fleets by range.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "pki/manifest/manifest.hpp"
#include "pki/store/state.hpp"

namespace handfast::pki {

/// "server", "server@2", "devices:17" or "devices:10-19" (both ends included).
struct RevocationTarget {
  std::string name;  ///< entry with generation; empty for members of a fleet
  std::string fleet;
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};
/// Usage problem for a fleet without a range, a range beyond its end or upside down, and for names
/// that neither the manifest nor the state has.
Result<RevocationTarget> parse_revocation_target(const Manifest& manifest, const State& state,
                                                 std::string_view text);

struct RevocationChange {
  std::string what;    ///< "server@2", "10 members of devices (10-19)"
  std::string issuer;  ///< whose CRL has to be made again
};
/// Usage problem with a suggestion for an unknown reason, and when all that is meant is revoked
/// already; the members of a range that are not are revoked then.
Result<RevocationChange> revoke(const Manifest& manifest, State& state,
                                const RevocationTarget& target, const std::string& reason,
                                WallTime now);
/// Usage problem when nothing that is meant is on hold.
Result<RevocationChange> unhold(const Manifest& manifest, State& state,
                                const RevocationTarget& target);

}  // namespace handfast::pki
