#include "pki/store/pki.hpp"

#include <fmt/format.h>

#include <map>
#include <mutex>

#include "core/base/text.hpp"
#include "pki/files/files.hpp"
#include "pki/fleet/fleet.hpp"
#include "pki/mint/certificate.hpp"
#include "pki/mint/key.hpp"

namespace handfast::pki {

struct Pki::State {
  Manifest manifest;
  std::filesystem::path home;
  mutable std::mutex mutex;  ///< guards `fleets`
  mutable std::map<std::string, std::shared_ptr<const Fleet>, std::less<>> fleets;
};

namespace {

class OpenedFleet final : public Pki::Fleet {
 public:
  explicit OpenedFleet(std::shared_ptr<const pki::Fleet> fleet) : fleet_(std::move(fleet)) {}
  std::uint64_t count() const override { return fleet_->count(); }
  Result<tls::Identity> identity(std::uint64_t index) const override {
    return fleet_->identity(index);
  }

 private:
  std::shared_ptr<const pki::Fleet> fleet_;
};

template <class... Entries>
Problem unknown(std::string_view kind, std::string_view name, const Entries&... entries) {
  std::vector<std::string> known;
  const auto add = [&known](const auto& list) {
    for (const auto& entry : list) known.push_back(entry.name);
  };
  (add(entries), ...);
  return usage_problem(fmt::format("the PKI has no {} \"{}\"", kind, printable(name)), {},
                       suggest(name, known));
}

Result<void> must_exist(const std::filesystem::path& home, const std::string& file) {
  std::error_code error;
  if (std::filesystem::exists(home / file, error)) return {};
  return environment_problem("the PKI is not complete: the file is missing", (home / file).string(),
                             "run handfast pki apply");
}

}  // namespace

Result<Pki> Pki::open(const Manifest& manifest, const std::filesystem::path& home) {
  const auto folder =
      std::filesystem::absolute(home.empty() ? manifest.home : home).lexically_normal();
  // Keys of authorities may be kept elsewhere; everything else has to be there.
  std::vector<std::string> files;
  files.reserve(manifest.authorities.size() + 3 * manifest.identities.size());
  for (const auto& entry : manifest.authorities) files.push_back(entry.files.certificate);
  for (const auto& entry : manifest.identities) {
    files.insert(files.end(), {entry.files.certificate, entry.files.chain});
    if (!entry.files.key.empty()) files.push_back(entry.files.key);
  }
  for (const auto& entry : manifest.bundles) files.push_back(entry.file);
  for (const auto& entry : manifest.fleets) files.push_back(entry.file);
  for (const auto& file : files) {
    if (auto there = must_exist(folder, file); !there) return there.error();
  }
  auto state = std::make_shared<State>();
  state->manifest = manifest;
  state->home = folder;
  Pki pki;
  pki.state_ = std::move(state);
  return pki;
}

Result<std::filesystem::path> Pki::certificate(std::string_view entry) const {
  const auto& manifest = state_->manifest;
  if (const auto* files = manifest.files(entry)) return state_->home / files->certificate;
  return unknown("entry", entry, manifest.authorities, manifest.identities);
}

Result<std::filesystem::path> Pki::key(std::string_view entry) const {
  const auto& manifest = state_->manifest;
  if (const auto* files = manifest.files(entry)) return state_->home / files->key;
  return unknown("entry", entry, manifest.authorities, manifest.identities);
}

Result<std::filesystem::path> Pki::chain(std::string_view entry) const {
  const auto& manifest = state_->manifest;
  if (const auto* found = manifest.identity(entry)) return state_->home / found->files.chain;
  if (const auto* found = manifest.fault(entry)) return state_->home / found->entry.files.chain;
  return unknown("identity", entry, manifest.identities);
}

Result<std::filesystem::path> Pki::bundle(std::string_view name) const {
  const auto& manifest = state_->manifest;
  if (const auto* found = manifest.bundle(name)) return state_->home / found->file;
  if (const auto* found = manifest.authority(name)) return state_->home / found->files.certificate;
  return unknown("bundle or authority", name, manifest.bundles, manifest.authorities);
}

Result<tls::Identity> Pki::identity(std::string_view entry) const {
  auto chain_file = chain(entry);
  if (!chain_file) return chain_file.error();
  auto chain_text = read_file(*chain_file);
  if (!chain_text) return chain_text.error();
  auto key_text = read_file(state_->home / state_->manifest.files(entry)->key);
  if (!key_text) return key_text.error();
  return tls::Identity::from_pem(*chain_text, *key_text, chain_file->string());
}

Result<tls::Trust> Pki::trust(std::string_view bundle_or_authority) const {
  auto file = bundle(bundle_or_authority);
  if (!file) return file.error();
  auto text = read_file(*file);
  if (!text) return text.error();
  return tls::Trust::from_pem(*text, file->string());
}

Result<std::shared_ptr<const Pki::Fleet>> Pki::fleet(std::string_view name) const {
  const auto* entry = state_->manifest.fleet(name);
  if (entry == nullptr) return unknown("fleet", name, state_->manifest.fleets);
  const std::lock_guard guard(state_->mutex);
  if (const auto at = state_->fleets.find(name); at != state_->fleets.end()) return at->second;
  auto opened = open_fleet(state_->home / entry->file);
  if (!opened) return opened.error();
  std::shared_ptr<const Fleet> fleet = std::make_shared<OpenedFleet>(std::move(*opened));
  state_->fleets.emplace(entry->name, fleet);
  return fleet;
}

std::vector<std::string> Pki::summary() const {
  std::vector<std::string> out;
  const auto add = [&](const auto& entry) {
    const auto file = state_->home / entry.files.certificate;
    const auto text = read_file(file);
    auto certificates = text ? tls::parse_certificates(*text, file.string())
                             : Result<std::vector<tls::CertificatePtr>>(text.error());
    if (!certificates || certificates->empty()) {
      out.push_back(fmt::format("{}: cannot be read", entry.name));
      return;
    }
    const X509* certificate = certificates->front().get();
    out.push_back(fmt::format("{}: {}, {}, expires {}", entry.name,
                              describe_key(X509_get0_pubkey(certificate)),
                              entry.issuer.empty() ? "self-signed" : "issued by " + entry.issuer,
                              time_text(period_of(certificate).not_after).substr(0, 10)));
  };
  for (const auto& entry : state_->manifest.authorities) add(entry);
  for (const auto& entry : state_->manifest.identities) add(entry);
  for (const auto& entry : state_->manifest.fleets) {
    const auto pack = fleet(entry.name);
    const auto first = pack ? (*pack)->identity(0) : Result<tls::Identity>(pack.error());
    out.push_back(fmt::format(
        "{}: {} certificates, {}, issued by {}", entry.name, entry.count,
        first ? describe_key(X509_get0_pubkey(first->leaf())) : std::string(to_string(entry.key)),
        entry.issuer));
  }
  return out;
}

}  // namespace handfast::pki
