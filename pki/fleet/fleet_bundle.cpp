#include "pki/fleet/fleet_bundle.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "pki/fleet/detail/pem.hpp"
#include "pki/mint/detail/der.hpp"
#include "pki/mint/key_bytes.hpp"

namespace handfast::pki {

namespace {

constexpr std::size_t flush_bytes = 1 << 20;
constexpr std::string_view key_begin = "-----BEGIN PRIVATE KEY-----";

Problem damaged(const std::filesystem::path& file, std::string why) {
  return environment_problem("the fleet bundle is damaged: " + std::move(why), file.string(),
                             "move it away and mint it again");
}

/// All certificates of `text`.
std::vector<tls::CertificatePtr> certificates_in(std::string_view text) {
  std::vector<tls::CertificatePtr> out;
  while (const auto der = detail::take_pem(detail::certificate_label, text)) {
    const unsigned char* position = der->data();
    tls::CertificatePtr certificate(d2i_X509(nullptr, &position, static_cast<long>(der->size())));
    if (certificate) out.push_back(std::move(certificate));
  }
  return out;
}

}  // namespace

Bytes serial_of_der(ByteView certificate) {
  const auto outer = detail::take_der(certificate);
  ByteView parts = outer ? outer->content : ByteView();
  const auto tbs = detail::take_der(parts);
  ByteView in = tbs ? tbs->content : ByteView();
  detail::take_der(in);  // version
  const auto serial = detail::take_der(in);
  if (!serial || serial->tag != detail::der_integer) return {};
  auto octets = serial->content;
  while (octets.size() > 1 && octets.front() == 0) octets = octets.subspan(1);
  return {octets.begin(), octets.end()};
}

Result<FleetBundleWriter> FleetBundleWriter::create(const std::filesystem::path& file,
                                                    const FleetFacts& facts) {
  auto opened = NewFile::create(file, 0600);
  if (!opened) return opened.error();
  FleetBundleWriter writer(std::move(*opened), facts);
  for (const auto& certificate : facts.chain) {
    detail::put_pem(detail::certificate_label, certificate, writer.buffer_);
  }
  return writer;
}

FleetBundleWriter::~FleetBundleWriter() {
  OPENSSL_cleanse(buffer_.data(), buffer_.size());
  OPENSSL_cleanse(pkcs8_.data(), pkcs8_.size());
}

Result<void> FleetBundleWriter::add(const MintedIdentity& member) {
  if (!shape_) {
    const auto sample = decode_key(member.key, facts_.key);
    if (!sample) return sample.error();
    auto shape = KeyShape::of(sample->get(), facts_.key);
    if (!shape) return shape.error();
    shape_ = std::move(*shape);
  }
  if (member.kind != FleetMember::regular) {
    const auto line = fmt::format("# {} {}\n", count_, to_string(member.kind));
    buffer_.insert(buffer_.end(), line.begin(), line.end());
  }
  pkcs8_.clear();
  if (auto done = shape_->put_private(member.key, pkcs8_); !done) return done;
  detail::put_pem(detail::key_label, pkcs8_, buffer_);
  detail::put_pem(detail::certificate_label, member.certificate, buffer_);
  if (member.kind == FleetMember::rogue) {
    for (const auto& certificate : facts_.rogue_chain) {
      detail::put_pem(detail::certificate_label, certificate, buffer_);
    }
  }
  ++count_;
  return buffer_.size() < flush_bytes ? Result<void>() : flush();
}

Result<void> FleetBundleWriter::flush() {
  auto written = file_.write(buffer_);
  OPENSSL_cleanse(buffer_.data(), buffer_.size());
  buffer_.clear();
  return written;
}

Result<void> FleetBundleWriter::commit() {
  if (auto flushed = flush(); !flushed) return flushed;
  return file_.publish();
}

Result<std::shared_ptr<const BundleFleet>> BundleFleet::open(const std::filesystem::path& file) {
  auto mapped = detail::MappedFile::open(file, "fleet bundle");
  if (!mapped) return mapped.error();
  std::shared_ptr<BundleFleet> fleet(new BundleFleet(file, std::move(*mapped)));
  fleet->find_members();
  if (fleet->starts_.empty()) return damaged(file, "there is no private key in it");
  auto first = fleet->member_text(0);
  const auto key = detail::take_pem(detail::key_label, first);
  auto type = key ? detail::type_of_pkcs8(*key) : Result<KeyType>(environment_problem(""));
  if (!type) return damaged(file, "its first private key cannot be read");
  fleet->type_ = *type;
  if (auto read = fleet->read_chains(); !read) return read.error();
  return std::shared_ptr<const BundleFleet>(std::move(fleet));
}

void BundleFleet::find_members() {
  const auto all = text();
  std::vector<std::pair<std::uint64_t, FleetMember>> special;
  for (auto at = all.find(key_begin); at != std::string_view::npos;
       at = all.find(key_begin, at + key_begin.size())) {
    const auto index = starts_.size();
    starts_.push_back(at);
    // The line before, when it is one of ours.
    if (at < 2) continue;
    const auto line_start = all.rfind('\n', at - 2) + 1;  // npos + 1 is 0
    const auto line = all.substr(line_start, at - 1 - line_start);
    if (!line.starts_with("# ")) continue;
    const auto space = line.rfind(' ');
    if (const auto kind = parse_fleet_member(line.substr(space + 1))) {
      special.emplace_back(index, *kind);
    }
  }
  roster_ = FleetRoster::from(std::move(special));
}

Result<void> BundleFleet::read_chains() {
  chain_ = certificates_in(text().substr(0, starts_.front()));
  for (const auto index : members(FleetMember::rogue)) {
    auto own = certificates_in(member_text(index));
    if (own.empty()) return damaged(file_, fmt::format("member {} has no certificate", index));
    own.erase(own.begin());
    rogue_chain_ = std::move(own);
    break;  // they have one issuer
  }
  return {};
}

std::string_view BundleFleet::member_text(std::uint64_t index) const {
  const auto start = starts_[index];
  return index + 1 < starts_.size() ? text().substr(start, starts_[index + 1] - start)
                                    : text().substr(start);
}

Result<void> BundleFleet::read(std::uint64_t index, MintedIdentity& out) const {
  if (index >= starts_.size()) return no_such_member(index, starts_.size(), file_);
  auto in = member_text(index);
  auto key = detail::take_pem(detail::key_label, in);
  auto certificate = detail::take_pem(detail::certificate_label, in);
  out.key.clear();
  const bool readable = key && certificate && detail::put_key_bytes(*key, type_, out.key);
  if (key) OPENSSL_cleanse(key->data(), key->size());
  if (!readable) return damaged(file_, fmt::format("member {} cannot be read", index));
  out.certificate = std::move(*certificate);
  out.serial = serial_of_der(out.certificate);
  out.kind = roster_.kind(index);
  if (out.serial.empty()) {
    return damaged(file_, fmt::format("the certificate of member {} cannot be read", index));
  }
  return {};
}

}  // namespace handfast::pki
