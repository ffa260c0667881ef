#include "pki/fleet/fleet.hpp"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <system_error>
#include <utility>

#include "core/base/text.hpp"
#include "core/tls/identity.hpp"
#include "pki/fleet/fleet_bundle.hpp"
#include "pki/fleet/fleet_files.hpp"
#include "pki/fleet/fleet_pack.hpp"
#include "pki/fleet/fleet_seed.hpp"
#include "pki/mint/certificate.hpp"
#include "pki/mint/key_bytes.hpp"

namespace handfast::pki {

namespace {

constexpr std::array<std::string_view, 4> store_names{"pack", "seed", "bundle", "files"};

template <class Made>
Result<std::unique_ptr<FleetWriter>> boxed(Result<Made> made) {
  if (!made) return made.error();
  return std::unique_ptr<FleetWriter>(std::make_unique<Made>(std::move(*made)));
}

template <class Opened>
Result<std::shared_ptr<const Fleet>> shared(Result<Opened> opened) {
  if (!opened) return opened.error();
  return std::shared_ptr<const Fleet>(std::move(*opened));
}

Problem not_intact(std::uint64_t index) {
  tls::drain_errors();
  return environment_problem(fmt::format("member {} of the fleet is damaged", index), {},
                             "move the fleet away and mint it again");
}

}  // namespace

Problem no_such_member(std::uint64_t index, std::uint64_t count,
                       const std::filesystem::path& file) {
  return usage_problem(
      fmt::format("the fleet has {} identities, there is no index {}", count, index), file.string(),
      "indices begin at 0");
}

std::string_view to_string(FleetStore store) {
  return store_names[static_cast<std::size_t>(store)];
}

Result<FleetStore> parse_fleet_store(std::string_view text) {
  for (std::size_t i = 0; i < store_names.size(); ++i) {
    if (store_names[i] == text) return static_cast<FleetStore>(i);
  }
  return usage_problem(fmt::format("unknown store \"{}\"", printable(text)), {},
                       suggest(text, store_names));
}

Result<std::unique_ptr<FleetWriter>> create_fleet(FleetStore store,
                                                  const std::filesystem::path& file,
                                                  const FleetFacts& facts) {
  std::error_code error;
  if (std::filesystem::exists(file, error)) {
    return environment_problem("the fleet is there already", file.string(),
                               "keys are never overwritten; move it away first");
  }
  switch (store) {
    case FleetStore::pack:
      return boxed(PackWriter::create(file, facts));
    case FleetStore::bundle:
      return boxed(FleetBundleWriter::create(file, facts));
    case FleetStore::files:
      return boxed(FleetFilesWriter::create(file, facts));
    case FleetStore::seed:
      break;
  }
  return usage_problem("a fleet that comes from a seed has no members to write", file.string(),
                       "take pack, bundle or files");
}

Result<std::shared_ptr<const Fleet>> open_fleet(const std::filesystem::path& file) {
  std::error_code error;
  if (std::filesystem::is_directory(file, error)) return shared(FilesFleet::open(file));
  std::ifstream in(file, std::ios::binary);
  std::string start(seed_descriptor_mark.size(), '\0');
  in.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<std::size_t>(in.gcount()));
  if (start == seed_descriptor_mark) return shared(SeedFleet::open(file));
  if (start.starts_with("-----BEGIN ") || start.starts_with("# ")) {
    return shared(BundleFleet::open(file));
  }
  return shared(Pack::open(file));
}

Result<Bytes> Fleet::serial(std::uint64_t index) const {
  MintedIdentity member;
  if (auto done = read(index, member); !done) return done.error();
  OPENSSL_cleanse(member.key.data(), member.key.size());
  return std::move(member.serial);
}

Result<tls::Identity> Fleet::identity(std::uint64_t index) const {
  MintedIdentity member;
  if (auto done = read(index, member); !done) return done.error();
  auto key = decode_key(member.key, key_type());
  OPENSSL_cleanse(member.key.data(), member.key.size());
  if (!key) return not_intact(index);
  std::vector<tls::CertificatePtr> behind;
  for (const auto& certificate : chain(member.kind))
    behind.push_back(tls::up_ref(certificate.get()));
  auto identity =
      tls::Identity::from_parts(std::move(member.certificate), std::move(behind), std::move(*key));
  // Packs have checksums; texts may have been edited.
  const bool editable = store() == FleetStore::bundle || store() == FleetStore::files;
  const X509* leaf = editable ? identity.leaf() : nullptr;
  if (editable && (leaf == nullptr || !belongs_to(leaf, identity.key()))) return not_intact(index);
  return identity;
}

Result<std::vector<Bytes>> Fleet::serials(FleetMember kind) const {
  std::vector<Bytes> out;
  for (const auto index : members(kind)) {
    auto number = serial(index);
    if (!number) return number.error();
    out.push_back(std::move(*number));
  }
  return out;
}

FleetFacts Fleet::facts() const {
  FleetFacts facts{.key = key_type(), .count = count(), .chain = {}, .rogue_chain = {}};
  for (const auto& certificate : chain_) facts.chain.push_back(tls::to_der(certificate.get()));
  for (const auto& certificate : rogue_chain_) {
    facts.rogue_chain.push_back(tls::to_der(certificate.get()));
  }
  return facts;
}

}  // namespace handfast::pki
