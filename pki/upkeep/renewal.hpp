// `pki renew` and `pki rekey`: a new certificate for the old key, or a new key as well. Which of
// the two is never a matter of defaults: they are different verbs (easy-rsa #609, cert-manager
// #7601).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "pki/mint/key.hpp"
#include "pki/store/pki.hpp"
#include "pki/upkeep/distribution.hpp"
#include "pki/upkeep/inventory.hpp"

namespace handfast::pki {

struct RenewalRequest {
  std::vector<std::string> names;
  bool rekey = false;
  /// What the new key has to be; the manifest has to say the same. Empty: what the manifest says.
  std::optional<KeyType> key;
  bool yes_authority = false;  ///< an authority may get a new key: all that it issued is reissued
};

struct RenewalReport {
  std::vector<Change> changes;        ///< those asked for and those that follow, in order
  std::vector<std::string> written;   ///< files, relative to home
  std::vector<std::string> archived;  ///< generations that were replaced: "server@1"
  RefreshList refresh;
};

/// Renews entries through apply, so whatever else differs from the manifest is put right as well.
/// Usage problem for an unknown name (with a suggestion), a fleet, a key type that the manifest
/// does not ask for, and for the key of an authority without `yes_authority`.
Result<RenewalReport> renew(const Manifest& manifest, const RenewalRequest& request,
                            const ApplyOptions& options);

/// The entries that `renew --due` means: authorities and identities that have expired or have at
/// most `within` left. Fleets are not among them: their members are minted anew.
std::vector<std::string> due_names(const std::vector<Item>& items, Nanos within, WallTime now);
/// `renew --all`: every authority and identity that has a certificate and was not revoked for good.
std::vector<std::string> all_names(const std::vector<Item>& items);

/// What happened, then whom to bring new files.
std::string renewal_text(const RenewalReport& report, bool dry_run);
std::string renewal_json(const RenewalReport& report);

}  // namespace handfast::pki
