#include "pki/store/home.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include "core/base/text.hpp"
#include "core/tls/identity.hpp"
#include "pki/store/detail/encodings.hpp"

namespace handfast::pki {

namespace {

std::filesystem::path folder_of(const Manifest& manifest, const std::filesystem::path& folder) {
  return std::filesystem::absolute(folder.empty() ? manifest.home : folder).lexically_normal();
}

Result<tls::CertificatePtr> first_certificate(std::string_view pem, const std::string& where) {
  auto all = tls::parse_certificates(pem, where);
  if (!all) return all.error();
  if (all->empty()) return environment_problem("no certificate found", where);
  return std::move(all->front());
}

}  // namespace

Result<Home> Home::open(const Manifest& manifest, const std::filesystem::path& folder) {
  Home home(manifest, folder_of(manifest, folder));
  std::error_code error;
  if (!std::filesystem::exists(home.path("state.json"), error)) {
    return environment_problem("nothing was applied here yet", home.folder_.string(),
                               "run handfast pki apply");
  }
  auto state = load_state(home.folder_);
  if (!state) return state.error();
  home.state_ = std::move(*state);
  return home;
}

Result<Home> Home::lock(const Manifest& manifest, const std::filesystem::path& folder) {
  const auto path = folder_of(manifest, folder);
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) {
    return environment_problem("nothing was applied here yet", path.string(),
                               "run handfast pki apply");
  }
  auto lock = Lock::take(path);
  if (!lock) return lock.error();
  auto home = open(manifest, path);  // what it reads cannot change any more
  if (!home) return home;
  home->lock_.emplace(std::move(*lock));
  return home;
}

Result<void> Home::save() {
  if (!lock_) return internal_problem("the state is saved without holding the lock");
  const auto file = path("state.json");
  const auto text = state_text(state_);
  auto current = read_file(file);
  if (!current) return current.error();
  return *current == text ? Result<void>() : write_file(file, text, 0644);
}

Result<const EntryState*> Home::entry(std::string_view name) const {
  const auto at = state_.entries.find(std::string(name));
  if (at != state_.entries.end()) return &at->second;
  std::vector<std::string> known;
  for (const auto& [entry, unused] : state_.entries) known.push_back(entry);
  return usage_problem(fmt::format("the PKI has no entry \"{}\"", printable(name)), {},
                       suggest(name, known));
}

Result<tls::CertificatePtr> Home::certificate(std::string_view name) const {
  auto parsed = parse_generation_name(name);
  if (!parsed) return parsed.error();
  auto found = entry(parsed->entry);
  if (!found) return found.error();
  const auto& state = **found;
  if (parsed->generation == 0 || parsed->generation == state.generation) {
    return first_certificate(state.pem, parsed->entry);
  }
  for (const auto& old : state.old) {
    if (old.generation != parsed->generation) continue;
    const auto file = path(old.file);
    auto text = read_file(file);
    if (!text) return text.error();
    return first_certificate(*text, file.string());
  }
  return usage_problem(
      fmt::format("\"{}\" has no generation {}", parsed->entry, parsed->generation), {},
      fmt::format("the current one is {}", state.generation));
}

Result<tls::PkeyPtr> Home::key(std::string_view name) const {
  auto found = entry(name);
  if (!found) return found.error();
  const auto* files = manifest_->files(name);
  if (files == nullptr) {
    return usage_problem(fmt::format("the manifest has no entry \"{}\"", printable(name)), {},
                         suggest(name, manifest_->names()));
  }
  if (files->key.empty()) {
    return environment_problem(fmt::format("the key of \"{}\" is not ours", name));
  }
  const auto file = path(files->key);
  auto text = read_file(file);
  if (!text) {
    return environment_problem(fmt::format("the key of \"{}\" is needed, but it is not here", name),
                               file.string(), "bring it back");
  }
  const auto* authority = manifest_->authority(name);
  auto key = detail::unlock_key(*text, file.string(),
                                authority != nullptr ? authority->password : std::string());
  OPENSSL_cleanse(text->data(), text->size());
  if (!key) return key;
  if (detail::public_key_digest(key->get()) != (*found)->key) {
    return environment_problem(
        fmt::format("{} and {} do not belong together", files->key, files->certificate),
        file.string(), fmt::format("bring the old key back, or: handfast pki rekey {}", name));
  }
  return key;
}

}  // namespace handfast::pki
