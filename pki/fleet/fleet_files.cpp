#include "pki/fleet/fleet_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>

#include "core/base/file.hpp"
#include "pki/fleet/detail/pem.hpp"
#include "pki/fleet/fleet_bundle.hpp"
#include "pki/mint/key_bytes.hpp"

namespace handfast::pki {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t per_folder = 1000;
constexpr std::string_view index_file = "fleet.txt";
constexpr std::string_view index_mark = "handfast-fleet-files 1";

Problem damaged(const fs::path& folder, std::string why) {
  return environment_problem("the fleet's folder is damaged: " + std::move(why), folder.string(),
                             "move it away and mint it again");
}

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t out = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, out);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return out;
}

/// The next line of `text`, without its end.
std::string_view take_line(std::string_view& text) {
  const auto end = text.find('\n');
  const auto line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

}  // namespace

std::string member_file(std::uint64_t index, std::uint64_t count) {
  return count > per_folder ? fmt::format("{:03}/{:06}", index / per_folder, index)
                            : fmt::format("{:06}", index);
}

Result<FleetFilesWriter> FleetFilesWriter::create(const fs::path& folder, const FleetFacts& facts) {
  auto made = detail::NewFolder::create(folder);
  if (!made) return made.error();
  return FleetFilesWriter(std::move(*made), facts);
}

Result<void> FleetFilesWriter::add(const MintedIdentity& member) {
  if (!shape_) {
    const auto sample = decode_key(member.key, facts_.key);
    if (!sample) return sample.error();
    auto shape = KeyShape::of(sample->get(), facts_.key);
    if (!shape) return shape.error();
    shape_ = std::move(*shape);
  }
  const auto name = member_file(count_, facts_.count);
  Bytes pkcs8;
  if (auto done = shape_->put_private(member.key, pkcs8); !done) return done;
  Bytes text;
  detail::put_pem(detail::key_label, pkcs8, text);
  OPENSSL_cleanse(pkcs8.data(), pkcs8.size());
  auto written = folder_.put(name + ".key", text, 0600);
  OPENSSL_cleanse(text.data(), text.size());
  if (!written) return written;
  text.clear();
  detail::put_pem(detail::certificate_label, member.certificate, text);
  const bool rogue = member.kind == FleetMember::rogue;
  for (const auto& certificate : rogue ? facts_.rogue_chain : facts_.chain) {
    detail::put_pem(detail::certificate_label, certificate, text);
  }
  if (member.kind != FleetMember::regular) {
    index_ += fmt::format("{} {}\n", count_, to_string(member.kind));
  }
  ++count_;
  return folder_.put(name + ".pem", text, 0644);
}

Result<void> FleetFilesWriter::commit() {
  const auto text =
      fmt::format("{}\ncount {}\nkey {}\n{}", index_mark, count_, to_string(facts_.key), index_);
  if (auto done = folder_.put(std::string(index_file), as_bytes(text), 0644); !done) return done;
  return folder_.commit();
}

Result<std::shared_ptr<const FilesFleet>> FilesFleet::open(const fs::path& folder) {
  std::shared_ptr<FilesFleet> fleet(new FilesFleet(folder));
  if (auto read = fleet->read_index(); !read) return read.error();
  if (auto read = fleet->read_chains(); !read) return read.error();
  return std::shared_ptr<const FilesFleet>(std::move(fleet));
}

Result<void> FilesFleet::read_index() {
  const auto file = folder_ / index_file;
  const auto all = read_file(file);
  if (!all) return all.error();
  std::string_view text = *all;
  if (take_line(text) != index_mark) return damaged(folder_, "fleet.txt does not begin like one");
  const auto count = take_line(text);
  const auto key = take_line(text);
  const auto number = count.starts_with("count ") ? number_in(count.substr(6)) : std::nullopt;
  const auto type = key.starts_with("key ") ? parse_key_type(key.substr(4))
                                            : Result<KeyType>(environment_problem(""));
  if (!number || *number == 0 || !type) {
    return damaged(folder_, "fleet.txt does not say count and key type");
  }
  count_ = *number;
  type_ = *type;
  std::vector<std::pair<std::uint64_t, FleetMember>> special;
  while (!text.empty()) {
    const auto line = take_line(text);
    const auto space = line.find(' ');
    const auto index = number_in(line.substr(0, space));
    const auto kind =
        space == std::string_view::npos ? std::nullopt : parse_fleet_member(line.substr(space + 1));
    if (!index || !kind || *index >= count_) {
      return damaged(folder_, "fleet.txt has a line that is none");
    }
    special.emplace_back(*index, *kind);
  }
  roster_ = FleetRoster::from(std::move(special));
  return {};
}

Result<void> FilesFleet::read_chains() {
  std::optional<std::uint64_t> good;
  for (std::uint64_t i = 0; i < count_ && !good; ++i) {
    if (roster_.kind(i) != FleetMember::rogue) good = i;
  }
  const auto rogues = members(FleetMember::rogue);
  const auto load = [this](std::uint64_t index) -> Result<std::vector<tls::CertificatePtr>> {
    const auto file = folder_ / (member_file(index, count_) + ".pem");
    const auto text = read_file(file);
    if (!text) return text.error();
    auto list = tls::parse_certificates(*text, file.string());
    if (list && !list->empty()) list->erase(list->begin());
    return list;
  };
  if (good) {
    auto list = load(*good);
    if (!list) return list.error();
    chain_ = std::move(*list);
  }
  if (!rogues.empty()) {
    auto list = load(rogues.front());
    if (!list) return list.error();
    rogue_chain_ = std::move(*list);
  }
  return {};
}

Result<void> FilesFleet::read(std::uint64_t index, MintedIdentity& out) const {
  if (index >= count_) return no_such_member(index, count_, folder_);
  const auto name = member_file(index, count_);
  auto key_text = read_file(folder_ / (name + ".key"));
  if (!key_text) return key_text.error();
  auto certificate_text = read_file(folder_ / (name + ".pem"));
  if (!certificate_text) return certificate_text.error();
  std::string_view key_view = *key_text;
  std::string_view certificate_view = *certificate_text;
  auto key = detail::take_pem(detail::key_label, key_view);
  auto certificate = detail::take_pem(detail::certificate_label, certificate_view);
  out.key.clear();
  const bool readable = key && certificate && detail::put_key_bytes(*key, type_, out.key);
  if (key) OPENSSL_cleanse(key->data(), key->size());
  OPENSSL_cleanse(key_text->data(), key_text->size());
  if (!readable) return damaged(folder_, fmt::format("member {} cannot be read", index));
  out.certificate = std::move(*certificate);
  out.serial = serial_of_der(out.certificate);
  out.kind = roster_.kind(index);
  if (out.serial.empty()) {
    return damaged(folder_, fmt::format("the certificate of member {} cannot be read", index));
  }
  return {};
}

}  // namespace handfast::pki
