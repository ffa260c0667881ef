// The fleet pack: keys and certificates of a whole fleet in one file that is mapped, not read.
// 100,000 small files cost half a minute on a disk; this costs what minting costs, and nothing is
// parsed until a connection needs it.
//
// All integers big-endian. Private keys are inside: the file has mode 0600.
//
//   offset size
//        0    8  magic "HFFLEET\n"
//        8    4  version, 1
//       12    4  key type: 1 p256, 2 p384, 3 p521, 4 ed25519, 5 rsa2048, 6 rsa3072, 7 rsa4096
//       16    8  count
//       24   32  SHA-256 over the chain section
//       56    8  offset of the table
//       64    8  size of the file
//       72    4  number of certificates in the chain section
//       76    4  check over bytes 0 to 75
//       80       chain section: the certificates to send after each leaf, u32 length and DER each
//                records, one after the other: u16 length of the key, key (key_bytes.hpp), leaf DER
//    table       count entries of 16: u64 offset and u32 length of the record, u32 check over it
//
// A check is the first 4 octets of SHA-256: it is there to find damage, not forgery.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/problem.hpp"
#include "core/tls/identity.hpp"
#include "pki/files/files.hpp"
#include "pki/mint/key.hpp"

namespace handfast::pki {

/// Writes a pack from the first record to the last; it appears under its name with commit() only.
class PackWriter {
 public:
  /// `chain` are the intermediates without root. Environment problem when the file cannot be
  /// created.
  static Result<PackWriter> create(const std::filesystem::path& file, KeyType type,
                                   const std::vector<Bytes>& chain);

  /// Appends one identity; `key` as encode_key writes it.
  Result<void> add(ByteView key, ByteView certificate);
  /// Writes table and header and gives the file its name. Environment problem when a file is there
  /// already.
  Result<void> commit();

 private:
  PackWriter(NewFile file, KeyType type) : file_(std::move(file)), type_(type) {}
  Result<void> flush();

  NewFile file_;
  KeyType type_;
  Bytes chain_;
  std::uint32_t chain_count_ = 0;
  Bytes buffer_;
  std::uint64_t offset_ = 0;  ///< where the next record goes
  Bytes table_;
  std::uint64_t count_ = 0;
};

/// A mapped pack. All members are const and thread-safe.
class Pack {
 public:
  /// Environment problem for a file that is missing, cut short, of another version, or no pack at
  /// all.
  static Result<std::shared_ptr<const Pack>> open(const std::filesystem::path& file);
  Pack(const Pack&) = delete;
  Pack& operator=(const Pack&) = delete;
  ~Pack();

  std::uint64_t count() const { return count_; }
  KeyType key_type() const { return type_; }
  /// The identity at `index` with the pack's chain behind its leaf. Usage problem for an index
  /// beyond the end, environment problem for a record that is damaged.
  Result<tls::Identity> identity(std::uint64_t index) const;

 private:
  Pack(std::filesystem::path file, ByteView bytes) : file_(std::move(file)), bytes_(bytes) {}
  Result<void> read_header();
  Result<void> read_chain(std::uint64_t end, std::uint32_t certificates, ByteView digest);
  Problem damaged(std::string why) const;

  std::filesystem::path file_;
  ByteView bytes_;
  KeyType type_ = KeyType::p256;
  std::uint64_t count_ = 0;
  std::uint64_t table_ = 0;
  std::vector<tls::CertificatePtr> chain_;
};

}  // namespace handfast::pki
