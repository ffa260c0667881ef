// The minted lists of pki/faults as materials of a conformance run: one PKI and one base time for
// all of them, identities and trust files under the fixtures' ids, files where a broker can read
// them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "core/tls/identity.hpp"
#include "harness/check/check.hpp"
#include "harness/check/materials.hpp"

namespace handfast::check {

struct FixtureFiles {
  std::filesystem::path directory;  ///< made when missing; files of an earlier run are replaced
  std::string key_owner;            ///< user that must be able to read the servers' keys; empty: us
  bool keep = false;  ///< take fixtures that were kept there before, and keep new ones
};

/// Mints what the rows of `selection` name and adds it to `materials`: the identity and the anchors
/// of each fixture under its id, CRL sets of group E as revocation material, the anchor R as
/// `fixture_trust`. Usage problem for an unknown group or id, internal for a fixture that cannot be
/// made.
Result<void> add_fixtures(Materials& materials, const std::vector<const CheckSpec*>& rows,
                          const FixtureFiles& files);

/// Keys and names of all fixtures follow from this.
inline constexpr std::string_view fixture_seed = "conformance";

/// The identity of a client's fixture as if the run had begun at `base`: by the same authorities as
/// the run's own, with dates that follow from `base`. Usage problem for an unknown id.
Result<tls::Identity> mint_again(std::string_view id, WallTime base);

/// The ids of fixtures that `spec` names: identities and the variants of its listeners.
std::vector<std::string> fixtures_of(const CheckSpec& spec);

}  // namespace handfast::check
