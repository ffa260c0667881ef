// A fleet that is nothing but a phrase: each member's key and serial are derived when it is asked
// for, and its certificate is signed then. On disk there is a descriptor of a few hundred bytes.
//
// The descriptor is text, a line for each fact, "word value"; the first line is
// "handfast-fleet-seed 1". The phrase is inside (as hexadecimal): mode 0600. Paths are relative to
// the descriptor's folder. The issuer's key has to be there when a member is asked for.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "pki/fleet/fleet.hpp"
#include "pki/fleet/fleet_mint.hpp"
#include "pki/manifest/manifest.hpp"
#include "pki/mint/certificate.hpp"

namespace handfast::pki {

inline constexpr std::string_view seed_descriptor_mark = "handfast-fleet-seed 1\n";

/// The files of an issuer.
struct IssuerFiles {
  std::filesystem::path certificate;
  std::filesystem::path key;
  /// Certificates to send behind a leaf, in this order; empty when the issuer is a root.
  std::vector<std::filesystem::path> chain;

  bool operator==(const IssuerFiles&) const = default;
};

/// Everything that decides what the members look like.
struct SeedDescriptor {
  FleetEntry fleet;  ///< with its phrase; its validity counts from `minted`
  WallTime minted;
  Publication publication;
  IssuerFiles issuer;
  IssuerFiles rogue;  ///< empty paths: there is none
};

/// Writes the descriptor, mode 0600. Usage problem for a fleet without phrase and for values of
/// several lines, environment problem when the file is there already.
Result<void> write_seed_descriptor(const std::filesystem::path& file,
                                   const SeedDescriptor& descriptor);
/// Environment problem for a file that is missing or cannot be understood. Paths come back joined
/// to the descriptor's folder.
Result<SeedDescriptor> read_seed_descriptor(const std::filesystem::path& file);

class SeedFleet final : public Fleet {
 public:
  /// Loads the issuers. Environment problem when one of their files cannot be read or certificate
  /// and key do not belong together.
  static Result<std::shared_ptr<const SeedFleet>> open(const std::filesystem::path& file);
  static Result<std::shared_ptr<const SeedFleet>> of(const SeedDescriptor& descriptor);

  FleetStore store() const override { return FleetStore::seed; }
  std::uint64_t count() const override { return first_.fleet().count; }
  KeyType key_type() const override { return first_.fleet().key; }
  std::vector<std::uint64_t> members(FleetMember kind) const override {
    return first_.roster().members(kind);
  }
  /// Key and serial are the same each time, the signature (of ECDSA and RSA-PSS) is not.
  Result<void> read(std::uint64_t index, MintedIdentity& out) const override;
  Result<Bytes> serial(std::uint64_t index) const override;

 private:
  explicit SeedFleet(FleetMinter first)
      : first_(std::move(first)), seed_(fleet_seed(first_.fleet())) {}

  FleetMinter first_;
  Seed seed_;
  mutable std::mutex mutex_;               ///< guards `idle_`
  mutable std::vector<FleetMinter> idle_;  ///< minters that no thread is using
};

}  // namespace handfast::pki
