// What a PKI consists of, as its owner writes it down in YAML: authorities of any depth,
// identities, fleets, bundles. The model holds resolved values (defaults applied, references
// checked), so apply only has to obey.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"
#include "pki/mint/key.hpp"
#include "pki/mint/names.hpp"
#include "pki/mint/profile.hpp"
#include "pki/mint/validity.hpp"

namespace handfast::pki {

/// The files of one entry, relative to home.
struct Files {
  std::string certificate;  ///< the certificate alone
  std::string key;          ///< PKCS#8, mode 0600
  std::string chain;        ///< leaf and intermediates without root; empty for authorities
};

struct Authority {
  std::string name;
  std::string issuer;  ///< name of another authority; empty: self-signed
  Subject subject;
  KeyType key = KeyType::p256;
  Validity validity;
  std::optional<int> path_length;
  bool trusted =
      true;  ///< `trust: no` keeps it out of every bundle: the foreign root of negative tests
  Files files;
  std::string where;  ///< file:line:column of the entry
};

struct IdentityEntry {
  std::string name;
  std::string issuer;
  Profile profile = Profile::peer;
  Subject subject;
  std::vector<AltName> names;
  KeyType key = KeyType::p256;
  Validity validity;
  Files files;
  std::string where;
};

struct FleetEntry {
  std::string name;
  std::string issuer;
  Profile profile = Profile::client;
  std::uint64_t count = 0;
  Subject subject;                 ///< its common name is a template: "dev-{i:06}"
  std::vector<std::string> names;  ///< templates of subject alternative names
  KeyType key = KeyType::p256;
  std::uint64_t reuse = 0;  ///< 0: a key of its own for each; N: N keys, dealt in turn
  Validity validity;
  std::string file;  ///< the pack, relative to home
  std::string where;
};

struct Bundle {
  std::string name;
  /// Names of authorities in the order of the file: intermediates first and roots last, or as
  /// written.
  std::vector<std::string> of;
  std::string file;
  std::string where;
};

struct Manifest {
  std::filesystem::path home;          ///< absolute, or relative to the working directory
  std::vector<Authority> authorities;  ///< issuers before those they issue
  std::vector<IdentityEntry> identities;
  std::vector<FleetEntry> fleets;
  std::vector<Bundle> bundles;

  const Authority* authority(std::string_view name) const;  ///< nullptr when there is none
  const IdentityEntry* identity(std::string_view name) const;
  const FleetEntry* fleet(std::string_view name) const;
  const Bundle* bundle(std::string_view name) const;
};

/// Reads a manifest. Strict: a usage problem with `file`:line:column and a hint for unknown or
/// duplicate keys, unknown issuers, circles, files that two entries would share, and values out of
/// range. `home` stays as written.
Result<Manifest> parse_manifest(std::string_view text, const std::string& file);

/// Reads a manifest file; a relative `home` is taken from the file's folder. Environment problem
/// when unreadable.
Result<Manifest> load_manifest(const std::filesystem::path& file);

}  // namespace handfast::pki
