#include "pki/fleet/fleet_pack.hpp"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <utility>

namespace handfast::pki {

namespace {

constexpr std::string_view magic = "HFFLEET\n";
constexpr std::uint32_t version = 2;
constexpr std::size_t header_bytes = 84;
constexpr std::size_t header_checked_bytes = 80;
constexpr std::size_t table_entry_bytes = 42;
constexpr std::size_t entry_checked_bytes = 38;
constexpr std::size_t entry_kind_at = 16;
constexpr std::size_t longest_serial = 20;        // RFC 5280 section 4.1.2.2
constexpr std::uint64_t most_reserved = 1 << 20;  ///< entries; the count may be a wish
constexpr std::size_t flush_bytes = 1 << 20;

// Numbers of the format, apart from the enumeration's own so that the latter may be reordered.
constexpr std::array<std::pair<std::uint32_t, KeyType>, 14> type_numbers{{{1, KeyType::p256},
                                                                          {2, KeyType::p384},
                                                                          {3, KeyType::p521},
                                                                          {4, KeyType::ed25519},
                                                                          {5, KeyType::rsa2048},
                                                                          {6, KeyType::rsa3072},
                                                                          {7, KeyType::rsa4096},
                                                                          {8, KeyType::ed448},
                                                                          {9, KeyType::rsapss2048},
                                                                          {10, KeyType::rsapss3072},
                                                                          {11, KeyType::rsapss4096},
                                                                          {12, KeyType::mldsa44},
                                                                          {13, KeyType::mldsa65},
                                                                          {14, KeyType::mldsa87}}};

std::array<std::uint8_t, SHA256_DIGEST_LENGTH> sha256(ByteView bytes) {
  std::array<std::uint8_t, SHA256_DIGEST_LENGTH> digest{};
  SHA256(bytes.data(), bytes.size(), digest.data());
  return digest;
}

/// The first four octets of SHA-256, see the format.
std::uint32_t check_of(ByteView bytes) {
  const auto digest = sha256(bytes);
  return *ByteReader(digest).u32();
}

std::uint32_t number_of(KeyType type) {
  const auto at = std::find_if(type_numbers.begin(), type_numbers.end(),
                               [type](const auto& row) { return row.second == type; });
  return at == type_numbers.end() ? 0 : at->first;
}

}  // namespace

Result<PackWriter> PackWriter::create(const std::filesystem::path& file, const FleetFacts& facts) {
  const auto type = number_of(facts.key);
  if (type == 0) {
    return usage_problem(fmt::format("a pack cannot hold {} keys", key_title(facts.key)),
                         file.string(), "take bundle or files");
  }
  auto hasher = detail::Hasher::of("SHA256");
  if (!hasher) return hasher.error();
  auto opened = NewFile::create(file, 0600);
  if (!opened) return opened.error();
  PackWriter writer(std::move(*opened), std::move(*hasher), type);
  ByteWriter out(writer.chain_);
  for (const auto* chain : {&facts.chain, &facts.rogue_chain}) {
    for (const auto& certificate : *chain) {
      out.u32(static_cast<std::uint32_t>(certificate.size()));
      out.bytes(certificate);
    }
  }
  writer.rogue_count_ = static_cast<std::uint32_t>(facts.rogue_chain.size());
  writer.chain_count_ = static_cast<std::uint32_t>(facts.chain.size()) + writer.rogue_count_;
  writer.buffer_.resize(header_bytes);  // filled in by commit
  writer.buffer_.insert(writer.buffer_.end(), writer.chain_.begin(), writer.chain_.end());
  writer.offset_ = writer.buffer_.size();
  writer.table_.reserve(std::min(facts.count, most_reserved) * table_entry_bytes);
  return writer;
}

std::uint32_t PackWriter::check_of(ByteView bytes) {
  return ByteReader(sha256_(bytes)).u32().value_or(0);
}

Result<void> PackWriter::add(const MintedIdentity& member) {
  if (member.serial.empty() || member.serial.size() > longest_serial) {
    return internal_problem(
        fmt::format("the serial of member {} has {} octets", count_, member.serial.size()));
  }
  const auto start = buffer_.size();
  ByteWriter out(buffer_);
  out.u16(static_cast<std::uint16_t>(member.key.size()));
  out.bytes(member.key);
  out.bytes(member.certificate);
  const auto record = ByteView(buffer_).subspan(start);
  const auto entry_start = table_.size();
  ByteWriter entry(table_);
  entry.u64(offset_);
  entry.u32(static_cast<std::uint32_t>(record.size()));
  entry.u32(check_of(record));
  entry.u8(static_cast<std::uint8_t>(member.kind));
  entry.u8(static_cast<std::uint8_t>(member.serial.size()));
  entry.bytes(member.serial);
  table_.resize(entry_start + entry_checked_bytes);
  entry.u32(check_of(ByteView(table_).subspan(entry_start)));
  offset_ += record.size();
  ++count_;
  return buffer_.size() < flush_bytes ? Result<void>() : flush();
}

Result<void> PackWriter::flush() {
  auto written = file_.write(buffer_);
  OPENSSL_cleanse(buffer_.data(), buffer_.size());
  buffer_.clear();
  return written;
}

Result<void> PackWriter::commit() {
  buffer_.insert(buffer_.end(), table_.begin(), table_.end());
  if (auto flushed = flush(); !flushed) return flushed;
  Bytes header;
  ByteWriter out(header);
  out.bytes(as_bytes(magic));
  out.u32(version);
  out.u32(type_);
  out.u64(count_);
  out.bytes(sha256(chain_));
  out.u64(offset_);
  out.u64(offset_ + table_.size());
  out.u32(chain_count_);
  out.u32(rogue_count_);
  out.u32(check_of(header));
  if (auto written = file_.write_at(0, header); !written) return written;
  return file_.publish();
}

Result<std::shared_ptr<const Pack>> Pack::open(const std::filesystem::path& file) {
  auto mapped = detail::MappedFile::open(file, "fleet pack");
  if (!mapped) return mapped.error();
  std::shared_ptr<Pack> pack(new Pack(file, std::move(*mapped)));
  if (pack->bytes_.size() < header_bytes) return pack->damaged("it is too short for a header");
  if (auto read = pack->read_header(); !read) return read.error();
  return std::shared_ptr<const Pack>(std::move(pack));
}

Problem Pack::damaged(std::string why) const {
  return environment_problem("the fleet pack is damaged: " + std::move(why), file_.string(),
                             "move it away and apply again");
}

Result<void> Pack::read_header() {
  // The header's size was checked by the caller, so none of these reads can run out.
  ByteReader in(bytes_.first(header_bytes));
  if (as_text(*in.bytes(magic.size())) != magic) return damaged("it does not begin like one");
  const auto found = *in.u32();
  if (found != version) {
    return environment_problem(
        fmt::format("the fleet pack has version {}, this program reads {}", found, version),
        file_.string(), "move it away and apply again");
  }
  const auto number = *in.u32();
  count_ = *in.u64();
  const auto digest = *in.bytes(SHA256_DIGEST_LENGTH);
  table_ = *in.u64();
  const auto size = *in.u64();
  const auto certificates = *in.u32();
  const auto rogues = *in.u32();
  if (*in.u32() != check_of(bytes_.first(header_checked_bytes)))
    return damaged("its header does not match its checksum");
  if (size != bytes_.size()) {
    return damaged(fmt::format("it has {} bytes, its header says {}", bytes_.size(), size));
  }
  if (table_ < header_bytes || table_ > size || (size - table_) / table_entry_bytes != count_ ||
      (size - table_) % table_entry_bytes != 0) {
    return damaged("its table does not fit");
  }
  const auto type = std::find_if(type_numbers.begin(), type_numbers.end(),
                                 [number](const auto& row) { return row.first == number; });
  if (type == type_numbers.end()) return damaged(fmt::format("its key type {} is unknown", number));
  type_ = type->second;
  return read_chain(certificates, rogues, digest);
}

Result<void> Pack::read_chain(std::uint32_t certificates, std::uint32_t rogues, ByteView digest) {
  if (rogues > certificates) return damaged("its chains do not fit");
  const auto section = bytes_.subspan(header_bytes, table_ - header_bytes);
  ByteReader in(section);
  for (std::uint32_t i = 0; i < certificates; ++i) {
    const auto length = in.u32();
    const auto der = length ? in.bytes(*length) : std::nullopt;
    if (!der) return damaged("its chain is cut short");
    const unsigned char* position = der->data();
    tls::CertificatePtr certificate(d2i_X509(nullptr, &position, static_cast<long>(der->size())));
    if (!certificate) return damaged("its chain holds no certificate: " + tls::drain_errors());
    (i < certificates - rogues ? chain_ : rogue_chain_).push_back(std::move(certificate));
  }
  const auto actual = sha256(section.first(in.offset()));
  if (!std::equal(actual.begin(), actual.end(), digest.begin())) {
    return damaged("its chain does not match its digest");
  }
  return {};
}

ByteView Pack::entry_bytes(std::uint64_t index) const {
  return bytes_.subspan(table_ + index * table_entry_bytes, table_entry_bytes);
}

Result<Pack::Entry> Pack::entry(std::uint64_t index) const {
  if (index >= count_) return no_such_member(index, count_, file_);
  const auto bytes = entry_bytes(index);
  ByteReader in(bytes);
  Entry out;
  out.offset = *in.u64();
  out.length = *in.u32();
  out.check = *in.u32();
  const auto kind = *in.u8();
  const auto octets = *in.u8();
  const auto serial = *in.bytes(longest_serial);
  if (*in.u32() != check_of(bytes.first(entry_checked_bytes))) {
    return damaged(fmt::format("entry {} of its table does not match its checksum", index));
  }
  if (out.offset > table_ || out.length > table_ - out.offset || kind >= fleet_member_kinds ||
      octets == 0 || octets > longest_serial) {
    return damaged(fmt::format("entry {} of its table makes no sense", index));
  }
  out.kind = static_cast<FleetMember>(kind);
  out.serial = serial.first(octets);
  return out;
}

std::vector<std::uint64_t> Pack::members(FleetMember kind) const {
  std::vector<std::uint64_t> out;
  if (kind == FleetMember::regular) return out;
  for (std::uint64_t i = 0; i < count_; ++i) {
    if (entry_bytes(i)[entry_kind_at] == static_cast<std::uint8_t>(kind)) out.push_back(i);
  }
  return out;
}

Result<Bytes> Pack::serial(std::uint64_t index) const {
  const auto found = entry(index);
  if (!found) return found.error();
  return Bytes(found->serial.begin(), found->serial.end());
}

Result<void> Pack::read(std::uint64_t index, MintedIdentity& out) const {
  const auto found = entry(index);
  if (!found) return found.error();
  const auto record = bytes_.subspan(found->offset, found->length);
  if (check_of(record) != found->check) {
    return damaged(fmt::format("record {} does not match its checksum", index));
  }
  ByteReader in(record);
  const auto key_length = in.u16();
  const auto key = key_length ? in.bytes(*key_length) : std::nullopt;
  if (!key) return damaged(fmt::format("record {} is cut short", index));
  const auto certificate = in.rest();
  out.key.assign(key->begin(), key->end());
  out.certificate.assign(certificate.begin(), certificate.end());
  out.serial.assign(found->serial.begin(), found->serial.end());
  out.kind = found->kind;
  return {};
}

}  // namespace handfast::pki
