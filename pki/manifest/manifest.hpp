// What a PKI consists of, as its owner writes it down in YAML (docs/pki/manifest.md): authorities
// of any depth, identities, fleets, faults, bundles, and what is done with them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"
#include "pki/manifest/entries.hpp"
#include "pki/manifest/settings.hpp"

namespace handfast::pki {

struct Manifest {
  std::filesystem::path home;          ///< absolute, or relative to the working directory
  std::vector<Authority> authorities;  ///< issuers before those they issue
  /// Twins and delegated OCSP signers included, behind the entry or at the end.
  std::vector<IdentityEntry> identities;
  std::vector<FleetEntry> fleets;
  std::vector<Bundle> bundles;
  std::vector<FaultEntry> faults;
  std::vector<ExportEntry> exports;
  WatchSettings watch;
  std::vector<Distribution> distribute;
  std::vector<Profile> profiles;  ///< those of the manifest; built-in ones are in mint/profile.hpp
  std::optional<WallTime> clock;  ///< issue as if it were then; nullopt: now
  std::string seed;               ///< TEST ONLY phrase for keys and serials; empty: random

  const Authority* authority(std::string_view name) const;  ///< nullptr when there is none
  const IdentityEntry* identity(std::string_view name) const;
  const FleetEntry* fleet(std::string_view name) const;
  const Bundle* bundle(std::string_view name) const;
  const FaultEntry* fault(std::string_view name) const;
  const ExportEntry* exported(std::string_view name) const;

  /// The files of an authority, identity or fault; nullptr when there is none of that name.
  const Files* files(std::string_view name) const;
  /// Who issued it: the name of an authority; empty for a root, a self-signed one or an unknown
  /// name.
  std::string issuer_of(std::string_view name) const;
  /// Authorities, identities, faults, fleets and bundles, in this order; for suggestions.
  std::vector<std::string> names() const;
  /// What of the manifest rests on `name`: entries that it issued, bundles, exports, distributions.
  /// One sentence each: "it issued \"server\"". Empty: it may be forgotten.
  std::vector<std::string> users_of(std::string_view name) const;
};

/// Reads a manifest. Strict: a usage problem with `file`:line:column and a hint for unknown or
/// duplicate keys, unknown issuers, circles, files that two entries would share, and values out of
/// range. `home` and the paths of requests stay as written.
Result<Manifest> parse_manifest(std::string_view text, const std::string& file);

/// Reads a manifest file; a relative `home` and the paths of requests are taken from the file's
/// folder. Environment problem when unreadable.
Result<Manifest> load_manifest(const std::filesystem::path& file);

}  // namespace handfast::pki
