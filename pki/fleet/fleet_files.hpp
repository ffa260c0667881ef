// A fleet as a folder with two files for each member, as tools take them that know nothing of
// fleets:
//
//   fleet.txt        "handfast-fleet-files 1", then "count N", "key TYPE", and a line "17 revoked"
//                    for each member that is not regular
//   000017.pem       leaf and intermediates, without root
//   000017.key       PKCS#8, mode 0600
//
// With more than 1,000 members they stand in sub-folders of 1,000 each: 000/000017.pem. The folder
// has mode 0700.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "pki/fleet/detail/new_folder.hpp"
#include "pki/fleet/fleet.hpp"
#include "pki/mint/raw_key.hpp"

namespace handfast::pki {

class FleetFilesWriter final : public FleetWriter {
 public:
  /// Environment problem when the folder cannot be created.
  static Result<FleetFilesWriter> create(const std::filesystem::path& folder,
                                         const FleetFacts& facts);
  Result<void> add(const MintedIdentity& member) override;
  Result<void> commit() override;

 private:
  FleetFilesWriter(detail::NewFolder folder, const FleetFacts& facts)
      : folder_(std::move(folder)), facts_(facts) {}

  detail::NewFolder folder_;
  FleetFacts facts_;
  std::optional<KeyShape> shape_;  ///< known from the first member on
  std::uint64_t count_ = 0;
  std::string index_;  ///< of fleet.txt
};

class FilesFleet final : public Fleet {
 public:
  /// Environment problem for a folder without fleet.txt, or with one that cannot be understood.
  static Result<std::shared_ptr<const FilesFleet>> open(const std::filesystem::path& folder);

  FleetStore store() const override { return FleetStore::files; }
  std::uint64_t count() const override { return count_; }
  KeyType key_type() const override { return type_; }
  std::vector<std::uint64_t> members(FleetMember kind) const override {
    return roster_.members(kind);
  }
  Result<void> read(std::uint64_t index, MintedIdentity& out) const override;

 private:
  explicit FilesFleet(std::filesystem::path folder) : folder_(std::move(folder)) {}
  Result<void> read_index();
  Result<void> read_chains();

  std::filesystem::path folder_;
  std::uint64_t count_ = 0;
  KeyType type_ = KeyType::p256;
  FleetRoster roster_;
};

/// "000017", or "000/000017" in a fleet of more than 1,000.
std::string member_file(std::uint64_t index, std::uint64_t count);

}  // namespace handfast::pki
