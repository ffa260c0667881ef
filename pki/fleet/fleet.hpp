// A fleet as its users see it, whatever it is stored in: random access to identities, and what each
// member is. And the other side: what a store is written through.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/problem.hpp"
#include "core/tls/identity.hpp"
#include "pki/fleet/fleet_mix.hpp"
#include "pki/manifest/manifest.hpp"
#include "pki/mint/key.hpp"

namespace handfast::pki {

/// One member as bytes.
struct MintedIdentity {
  Bytes key;          ///< as encode_key writes it; secret
  Bytes certificate;  ///< DER
  Bytes serial;       ///< big-endian magnitude, 1 to 20 octets
  FleetMember kind = FleetMember::regular;
};

/// What all members share.
struct FleetFacts {
  KeyType key = KeyType::p256;
  std::uint64_t count = 0;
  std::vector<Bytes> chain;        ///< DER of the intermediates behind a leaf, without root
  std::vector<Bytes> rogue_chain;  ///< the same for members of the rogue issuer
};

/// Where a fleet goes while it is minted or converted; it appears under its name with commit()
/// only.
class FleetWriter {
 public:
  virtual ~FleetWriter() = default;
  /// The next member, from index 0 on.
  virtual Result<void> add(const MintedIdentity& member) = 0;
  /// Environment problem when something is there already: keys are never overwritten.
  virtual Result<void> commit() = 0;
};

/// A writer for a pack, a bundle or a folder of files; usage problem for `seed`, which holds no
/// members. Environment problem when the file cannot be created or is there already.
Result<std::unique_ptr<FleetWriter>> create_fleet(FleetStore store,
                                                  const std::filesystem::path& file,
                                                  const FleetFacts& facts);

/// A fleet that is there. All members are const and thread-safe.
class Fleet {
 public:
  Fleet() = default;
  Fleet(const Fleet&) = delete;
  Fleet& operator=(const Fleet&) = delete;
  virtual ~Fleet() = default;

  virtual FleetStore store() const = 0;
  virtual std::uint64_t count() const = 0;
  virtual KeyType key_type() const = 0;
  /// The members of one kind in rising order, without a look at any certificate; for `regular` the
  /// list is empty.
  virtual std::vector<std::uint64_t> members(FleetMember kind) const = 0;
  /// Everything of one member, into buffers that are reused. Usage problem for an index beyond the
  /// end, environment problem for a member that is damaged.
  virtual Result<void> read(std::uint64_t index, MintedIdentity& out) const = 0;
  /// The serial number alone, as a big-endian magnitude. Problems as of read.
  virtual Result<Bytes> serial(std::uint64_t index) const;

  /// The identity at `index` with its chain behind its leaf. Problems as of read.
  Result<tls::Identity> identity(std::uint64_t index) const;
  /// The serials of all members of a kind, for a CRL. Problems as of read.
  Result<std::vector<Bytes>> serials(FleetMember kind) const;
  /// What goes behind a leaf of that kind.
  const std::vector<tls::CertificatePtr>& chain(FleetMember kind) const {
    return kind == FleetMember::rogue ? rogue_chain_ : chain_;
  }
  FleetFacts facts() const;

 protected:
  std::vector<tls::CertificatePtr> chain_;
  std::vector<tls::CertificatePtr> rogue_chain_;
};

/// Opens what `file` is: a pack, a bundle, a folder of files or the descriptor of a seed.
/// Environment problem for what is missing, damaged or none of these.
Result<std::shared_ptr<const Fleet>> open_fleet(const std::filesystem::path& file);

std::string_view to_string(FleetStore store);  ///< "pack", "seed", "bundle", "files"
/// Usage problem with a suggestion for anything else.
Result<FleetStore> parse_fleet_store(std::string_view text);

/// The usage problem of an index beyond the end.
Problem no_such_member(std::uint64_t index, std::uint64_t count, const std::filesystem::path& file);

}  // namespace handfast::pki
