#include "pki/fleet/fleet_pack.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/sha.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "pki/mint/key_bytes.hpp"

namespace handfast::pki {

namespace {

constexpr std::string_view magic = "HFFLEET\n";
constexpr std::uint32_t version = 1;
constexpr std::size_t header_bytes = 80;
constexpr std::size_t header_checked_bytes = 76;
constexpr std::size_t table_entry_bytes = 16;
constexpr std::size_t flush_bytes = 1 << 20;

// Numbers of the format, apart from the enumeration's own so that the latter may be reordered.
constexpr std::array<std::pair<std::uint32_t, KeyType>, 7> type_numbers{{{1, KeyType::p256},
                                                                         {2, KeyType::p384},
                                                                         {3, KeyType::p521},
                                                                         {4, KeyType::ed25519},
                                                                         {5, KeyType::rsa2048},
                                                                         {6, KeyType::rsa3072},
                                                                         {7, KeyType::rsa4096}}};

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

Result<PackWriter> PackWriter::create(const std::filesystem::path& file, KeyType type,
                                      const std::vector<Bytes>& chain) {
  auto opened = NewFile::create(file, 0600);
  if (!opened) return opened.error();
  PackWriter writer(std::move(*opened), type);
  ByteWriter out(writer.chain_);
  for (const auto& certificate : chain) {
    out.u32(static_cast<std::uint32_t>(certificate.size()));
    out.bytes(certificate);
  }
  writer.chain_count_ = static_cast<std::uint32_t>(chain.size());
  writer.buffer_.resize(header_bytes);  // filled in by commit
  writer.buffer_.insert(writer.buffer_.end(), writer.chain_.begin(), writer.chain_.end());
  writer.offset_ = writer.buffer_.size();
  return writer;
}

Result<void> PackWriter::add(ByteView key, ByteView certificate) {
  const auto start = buffer_.size();
  ByteWriter out(buffer_);
  out.u16(static_cast<std::uint16_t>(key.size()));
  out.bytes(key);
  out.bytes(certificate);
  const auto record = ByteView(buffer_).subspan(start);
  ByteWriter entry(table_);
  entry.u64(offset_);
  entry.u32(static_cast<std::uint32_t>(record.size()));
  entry.u32(check_of(record));
  offset_ += record.size();
  ++count_;
  return buffer_.size() < flush_bytes ? Result<void>() : flush();
}

Result<void> PackWriter::flush() {
  auto written = file_.write(buffer_);
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
  out.u32(number_of(type_));
  out.u64(count_);
  out.bytes(sha256(chain_));
  out.u64(offset_);
  out.u64(offset_ + table_.size());
  out.u32(chain_count_);
  out.u32(check_of(header));
  if (auto written = file_.write_at(0, header); !written) return written;
  return file_.publish();
}

Result<std::shared_ptr<const Pack>> Pack::open(const std::filesystem::path& file) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return environment_problem("cannot open the fleet pack: " + errno_text(errno), file.string(),
                               "make it with handfast pki apply");
  }
  struct stat status{};
  void* mapped = MAP_FAILED;
  if (::fstat(fd, &status) == 0 && status.st_size >= static_cast<off_t>(header_bytes)) {
    mapped =
        ::mmap(nullptr, static_cast<std::size_t>(status.st_size), PROT_READ, MAP_SHARED, fd, 0);
  }
  ::close(fd);
  if (mapped == MAP_FAILED) {
    return environment_problem("the fleet pack is damaged: it is too short for a header",
                               file.string(), "move it away and apply again");
  }
  const ByteView bytes(static_cast<const std::uint8_t*>(mapped),
                       static_cast<std::size_t>(status.st_size));
  std::shared_ptr<Pack> pack(new Pack(file, bytes));
  if (auto read = pack->read_header(); !read) return read.error();
  return std::shared_ptr<const Pack>(std::move(pack));
}

Pack::~Pack() { ::munmap(const_cast<std::uint8_t*>(bytes_.data()), bytes_.size()); }

Problem Pack::damaged(std::string why) const {
  return environment_problem("the fleet pack is damaged: " + std::move(why), file_.string(),
                             "move it away and apply again");
}

Result<void> Pack::read_header() {
  // The header's size was checked before mapping, so none of these reads can run out.
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
  return read_chain(table_, certificates, digest);
}

Result<void> Pack::read_chain(std::uint64_t end, std::uint32_t certificates, ByteView digest) {
  const auto section = bytes_.subspan(header_bytes, end - header_bytes);
  ByteReader in(section);
  for (std::uint32_t i = 0; i < certificates; ++i) {
    const auto length = in.u32();
    const auto der = length ? in.bytes(*length) : std::nullopt;
    if (!der) return damaged("its chain is cut short");
    const unsigned char* position = der->data();
    tls::CertificatePtr certificate(d2i_X509(nullptr, &position, static_cast<long>(der->size())));
    if (!certificate) return damaged("its chain holds no certificate: " + tls::drain_errors());
    chain_.push_back(std::move(certificate));
  }
  const auto actual = sha256(section.first(in.offset()));
  if (!std::equal(actual.begin(), actual.end(), digest.begin())) {
    return damaged("its chain does not match its digest");
  }
  return {};
}

Result<tls::Identity> Pack::identity(std::uint64_t index) const {
  if (index >= count_) {
    return usage_problem(
        fmt::format("the fleet has {} identities, there is no index {}", count_, index),
        file_.string(), "indices begin at 0");
  }
  ByteReader entry(bytes_.subspan(table_ + index * table_entry_bytes, table_entry_bytes));
  const auto offset = *entry.u64();
  const auto length = *entry.u32();
  const auto check = *entry.u32();
  if (offset > table_ || length > table_ - offset) {
    return damaged(fmt::format("record {} lies outside of it", index));
  }
  const auto record = bytes_.subspan(offset, length);
  if (check_of(record) != check) {
    return damaged(fmt::format("record {} does not match its checksum", index));
  }
  ByteReader in(record);
  const auto key_length = in.u16();
  const auto key_view = key_length ? in.bytes(*key_length) : std::nullopt;
  if (!key_view) return damaged(fmt::format("record {} is cut short", index));
  auto key = decode_key(*key_view, type_);
  if (!key) return damaged(fmt::format("the key of record {} cannot be read", index));
  const auto der = in.rest();
  const unsigned char* position = der.data();
  tls::CertificatePtr leaf(d2i_X509(nullptr, &position, static_cast<long>(der.size())));
  if (!leaf) {
    tls::drain_errors();
    return damaged(fmt::format("the certificate of record {} cannot be read", index));
  }
  std::vector<tls::CertificatePtr> list;
  list.reserve(1 + chain_.size());
  list.push_back(std::move(leaf));
  for (const auto& certificate : chain_) list.push_back(tls::up_ref(certificate.get()));
  return tls::Identity::from_parts(std::move(list), std::move(*key));
}

}  // namespace handfast::pki
