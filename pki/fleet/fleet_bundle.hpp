// A fleet as one PEM file that every other tool reads: the certificates to send behind each leaf
// first, then for each member its private key (PKCS#8) and its certificate. A member that is not
// regular has a line before its key, "# 17 revoked"; behind the certificate of a rogue one stand
// those of its own chain. Mode 0600.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "pki/files/files.hpp"
#include "pki/fleet/detail/mapped_file.hpp"
#include "pki/fleet/fleet.hpp"
#include "pki/mint/raw_key.hpp"

namespace handfast::pki {

class FleetBundleWriter final : public FleetWriter {
 public:
  /// Environment problem when the file cannot be created.
  static Result<FleetBundleWriter> create(const std::filesystem::path& file,
                                          const FleetFacts& facts);
  FleetBundleWriter(FleetBundleWriter&&) = default;
  ~FleetBundleWriter() override;

  Result<void> add(const MintedIdentity& member) override;
  Result<void> commit() override;

 private:
  FleetBundleWriter(NewFile file, const FleetFacts& facts)
      : file_(std::move(file)), facts_(facts) {}
  Result<void> flush();

  NewFile file_;
  FleetFacts facts_;
  std::optional<KeyShape> shape_;  ///< known from the first member on
  std::uint64_t count_ = 0;
  Bytes buffer_;
  Bytes pkcs8_;
};

class BundleFleet final : public Fleet {
 public:
  /// Looks for the beginnings of keys, and parses the first alone. Environment problem for a file
  /// without any.
  static Result<std::shared_ptr<const BundleFleet>> open(const std::filesystem::path& file);

  FleetStore store() const override { return FleetStore::bundle; }
  std::uint64_t count() const override { return starts_.size(); }
  KeyType key_type() const override { return type_; }
  std::vector<std::uint64_t> members(FleetMember kind) const override {
    return roster_.members(kind);
  }
  Result<void> read(std::uint64_t index, MintedIdentity& out) const override;

 private:
  BundleFleet(std::filesystem::path file, detail::MappedFile mapped)
      : file_(std::move(file)), mapped_(std::move(mapped)) {}
  std::string_view text() const { return as_text(mapped_.bytes()); }
  void find_members();
  Result<void> read_chains();
  std::string_view member_text(std::uint64_t index) const;

  std::filesystem::path file_;
  detail::MappedFile mapped_;
  std::vector<std::uint64_t> starts_;  ///< offsets of the keys
  FleetRoster roster_;
  KeyType type_ = KeyType::p256;
};

/// The serial number of a certificate in DER, as a magnitude; empty when it is none.
Bytes serial_of_der(ByteView certificate);

}  // namespace handfast::pki
