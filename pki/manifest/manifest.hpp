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
#include "pki/mint/signature.hpp"
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
  Profile profile = pki::profile("peer");
  Subject subject;
  std::vector<AltName> names;
  KeyType key = KeyType::p256;
  Validity validity;
  Files files;
  std::string where;
};

/// Where the identities of a fleet live.
enum class FleetStore : std::uint8_t {
  pack,    ///< one mapped file with keys and certificates
  seed,    ///< nothing on disk: derived from a phrase and signed when asked for
  bundle,  ///< one PEM file, key and certificate after each other
  files,   ///< two files for each identity in a folder
};

/// Members that differ from the rest, as shares of the count from 0 to 1. Counts are exact (rounded
/// half up) and the choice of members is stable: the same manifest picks the same ones.
struct FleetMix {
  double revoked = 0;
  double expired = 0;
  double soon = 0;   ///< expires within a day
  double rogue = 0;  ///< issued by `rogue_issuer`

  bool operator==(const FleetMix&) const = default;
};

struct FleetEntry {
  std::string name;
  std::string issuer;
  Profile profile = pki::profile("client");
  std::uint64_t count = 0;
  Subject subject;                 ///< its common name is a template: "dev-{i:06}"
  std::vector<std::string> names;  ///< templates of subject alternative names
  KeyType key = KeyType::p256;
  std::uint64_t reuse = 0;  ///< 0: a key of its own for each; N: N keys, dealt in turn
  Validity validity;
  FleetStore store = FleetStore::pack;
  FleetMix mix;
  std::string rogue_issuer;  ///< authority that issues the rogue share; empty: there is none
  std::string seed;          ///< phrase for reproducible keys and serials; empty: random
  SignatureOptions signature;
  std::string file;  ///< the pack, bundle or folder, relative to home
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
