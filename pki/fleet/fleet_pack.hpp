// The fleet pack: keys and certificates of a whole fleet in one file that is mapped, not read.
// 100,000 small files cost half a minute on a disk; this costs what minting costs, and nothing is
// parsed until a connection needs it.
//
// All integers big-endian. Private keys are inside: the file has mode 0600.
//
//   offset size
//        0    8  magic "HFFLEET\n"
//        8    4  version, 2
//       12    4  key type: 1 p256, 2 p384, 3 p521, 4 ed25519, 5 rsa2048, 6 rsa3072, 7 rsa4096,
//                8 ed448, 9 rsapss2048, 10 rsapss3072, 11 rsapss4096, 12 mldsa44, 13 mldsa65,
//                14 mldsa87
//       16    8  count
//       24   32  SHA-256 over the chain section
//       56    8  offset of the table
//       64    8  size of the file
//       72    4  number of certificates in the chain section
//       76    4  how many of them, the last ones, belong behind members of the rogue issuer
//       80    4  check over bytes 0 to 79
//       84       chain section: the certificates to send after each leaf, u32 length and DER each
//                records, one after the other: u16 length of the key, key (key_bytes.hpp), leaf DER
//    table       count entries of 42:
//                  0  8  offset of the record
//                  8  4  length of the record
//                 12  4  check over the record
//                 16  1  what the member is: 0 regular, 1 revoked, 2 expired, 3 soon, 4 rogue
//                 17  1  octets of the serial number, 1 to 20
//                 18 20  the serial number, zeros behind it
//                 38  4  check over bytes 0 to 37 of the entry
//
// A check is the first 4 octets of SHA-256: it is there to find damage, not forgery. The table
// alone answers which serials are revoked, for a CRL.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/problem.hpp"
#include "pki/files/files.hpp"
#include "pki/fleet/detail/mapped_file.hpp"
#include "pki/fleet/detail/tbs_signer.hpp"
#include "pki/fleet/fleet.hpp"

namespace handfast::pki {

/// Writes a pack from the first record to the last.
class PackWriter final : public FleetWriter {
 public:
  /// Environment problem when the file cannot be created, usage problem for a key type that packs
  /// have no number for.
  static Result<PackWriter> create(const std::filesystem::path& file, const FleetFacts& facts);

  Result<void> add(const MintedIdentity& member) override;
  Result<void> commit() override;

 private:
  PackWriter(NewFile file, detail::Hasher sha256, std::uint32_t type)
      : file_(std::move(file)), sha256_(std::move(sha256)), type_(type) {}
  Result<void> flush();
  std::uint32_t check_of(ByteView bytes);

  NewFile file_;
  detail::Hasher sha256_;
  std::uint32_t type_;
  Bytes chain_;
  std::uint32_t chain_count_ = 0;
  std::uint32_t rogue_count_ = 0;
  Bytes buffer_;
  std::uint64_t offset_ = 0;  ///< where the next record goes
  Bytes table_;
  std::uint64_t count_ = 0;
};

/// A mapped pack.
class Pack final : public Fleet {
 public:
  /// Environment problem for a file that is missing, cut short, of another version, or no pack at
  /// all.
  static Result<std::shared_ptr<const Pack>> open(const std::filesystem::path& file);

  FleetStore store() const override { return FleetStore::pack; }
  std::uint64_t count() const override { return count_; }
  KeyType key_type() const override { return type_; }
  std::vector<std::uint64_t> members(FleetMember kind) const override;
  Result<void> read(std::uint64_t index, MintedIdentity& out) const override;
  Result<Bytes> serial(std::uint64_t index) const override;

 private:
  struct Entry {
    std::uint64_t offset = 0;
    std::uint32_t length = 0;
    std::uint32_t check = 0;
    FleetMember kind = FleetMember::regular;
    ByteView serial;
  };

  Pack(std::filesystem::path file, detail::MappedFile mapped)
      : file_(std::move(file)), mapped_(std::move(mapped)), bytes_(mapped_.bytes()) {}
  Result<void> read_header();
  Result<void> read_chain(std::uint32_t certificates, std::uint32_t rogues, ByteView digest);
  ByteView entry_bytes(std::uint64_t index) const;
  Result<Entry> entry(std::uint64_t index) const;
  Problem damaged(std::string why) const;

  std::filesystem::path file_;
  detail::MappedFile mapped_;
  ByteView bytes_;
  KeyType type_ = KeyType::p256;
  std::uint64_t count_ = 0;
  std::uint64_t table_ = 0;
};

}  // namespace handfast::pki
