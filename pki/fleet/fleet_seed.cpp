#include "pki/fleet/fleet_seed.hpp"

#include <fmt/format.h>

#include <optional>

#include "core/base/file.hpp"
#include "core/tls/identity.hpp"

namespace handfast::pki {

namespace {

namespace fs = std::filesystem;

/// An issuer in memory.
struct LoadedIssuer {
  tls::CertificatePtr certificate;
  tls::PkeyPtr key;
  std::vector<tls::CertificatePtr> chain;
};

Result<std::vector<tls::CertificatePtr>> load_certificates(const fs::path& file) {
  const auto text = read_file(file);
  if (!text) return text.error();
  auto list = tls::parse_certificates(*text, file.string());
  if (list && list->empty()) {
    return environment_problem("there is no certificate in the file", file.string());
  }
  return list;
}

Result<LoadedIssuer> load_issuer(const IssuerFiles& files) {
  LoadedIssuer out;
  auto certificates = load_certificates(files.certificate);
  if (!certificates) return certificates.error();
  out.certificate = std::move(certificates->front());
  auto text = read_file(files.key);
  if (!text) {
    auto problem = text.error();
    problem.hint = "members of this fleet are signed when asked for, which takes the issuer's key";
    return problem;
  }
  auto key = tls::parse_private_key(*text, files.key.string());
  OPENSSL_cleanse(text->data(), text->size());
  if (!key) return key.error();
  out.key = std::move(*key);
  if (!belongs_to(out.certificate.get(), out.key.get())) {
    return environment_problem(
        fmt::format("the key is not that of the certificate {}", files.certificate.string()),
        files.key.string(), "name the issuer's own key");
  }
  for (const auto& file : files.chain) {
    auto more = load_certificates(file);
    if (!more) return more.error();
    for (auto& certificate : *more) out.chain.push_back(std::move(certificate));
  }
  return out;
}

}  // namespace

Result<std::shared_ptr<const SeedFleet>> SeedFleet::open(const fs::path& file) {
  auto descriptor = read_seed_descriptor(file);
  if (!descriptor) return descriptor.error();
  return of(*descriptor);
}

Result<std::shared_ptr<const SeedFleet>> SeedFleet::of(const SeedDescriptor& descriptor) {
  if (descriptor.fleet.seed.empty()) {
    return usage_problem(
        fmt::format("\"{}\" is to come from a seed, but there is none", descriptor.fleet.name),
        descriptor.fleet.where, "give a phrase as seed, or take another store");
  }
  auto issuer = load_issuer(descriptor.issuer);
  if (!issuer) return issuer.error();
  std::optional<LoadedIssuer> rogue;
  if (!descriptor.rogue.certificate.empty()) {
    auto loaded = load_issuer(descriptor.rogue);
    if (!loaded) return loaded.error();
    rogue = std::move(*loaded);
  }
  const FleetIssuers issuers{
      .regular = {issuer->certificate.get(), issuer->key.get()},
      .rogue = rogue ? Issuer{rogue->certificate.get(), rogue->key.get()} : Issuer{},
      .publication = descriptor.publication};
  auto minter = FleetMinter::of(descriptor.fleet, issuers, descriptor.minted);
  if (!minter) return minter.error();
  std::shared_ptr<SeedFleet> fleet(new SeedFleet(std::move(*minter)));
  fleet->chain_ = std::move(issuer->chain);
  if (rogue) fleet->rogue_chain_ = std::move(rogue->chain);
  return std::shared_ptr<const SeedFleet>(std::move(fleet));
}

Result<void> SeedFleet::read(std::uint64_t index, MintedIdentity& out) const {
  std::optional<FleetMinter> minter;
  {
    const std::lock_guard guard(mutex_);
    if (!idle_.empty()) {
      minter = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (!minter) {
    auto another = first_.another();
    if (!another) return another.error();
    minter = std::move(*another);
  }
  auto minted = minter->mint(index, out);
  const std::lock_guard guard(mutex_);
  idle_.push_back(std::move(*minter));
  return minted;
}

Result<Bytes> SeedFleet::serial(std::uint64_t index) const {
  if (index >= count()) return no_such_member(index, count(), {});
  return seed_.serial(member_label(index));
}

}  // namespace handfast::pki
