// A fleet as a folder of PKCS#12 files (RFC 7292), one for each member, as tools and phones import
// them: 000017.p12 with key, leaf and chain, mode 0600. Slow (2 ms each: 2,048 rounds of PBKDF2),
// and written only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "pki/fleet/detail/new_folder.hpp"
#include "pki/fleet/fleet.hpp"

namespace handfast::pki {

class FleetP12Writer final : public FleetWriter {
 public:
  /// Usage problem for an empty password, environment problem when the folder is there already or
  /// cannot be created.
  static Result<FleetP12Writer> create(const std::filesystem::path& folder, const FleetFacts& facts,
                                       std::string password);

  Result<void> add(const MintedIdentity& member) override;
  Result<void> commit() override { return folder_.commit(); }

 private:
  FleetP12Writer(detail::NewFolder folder, const FleetFacts& facts, std::string password)
      : folder_(std::move(folder)), facts_(facts), password_(std::move(password)) {}

  detail::NewFolder folder_;
  FleetFacts facts_;
  std::string password_;
  std::uint64_t count_ = 0;
};

}  // namespace handfast::pki
