// apply: the order of things. What is decided about one entry is in detail/issuing.cpp and
// detail/fleets.cpp.
#include <fmt/format.h>
#include <sys/stat.h>

#include "pki/store/detail/fleets.hpp"
#include "pki/store/detail/folder.hpp"
#include "pki/store/detail/issuing.hpp"
#include "pki/store/pki.hpp"

namespace handfast::pki {

namespace {

using detail::Folder;
using detail::Issuing;

Result<void> write_chain(const IdentityEntry& entry, const Issuing& issuing, Folder& folder) {
  auto text = certificate_pem(issuing.certificate(entry.name));
  for (const X509* certificate : issuing.intermediates(entry.issuer)) {
    text += certificate_pem(certificate);
  }
  return folder.put(entry.files.chain, text);
}

Result<void> write_bundle(const Bundle& bundle, const Issuing& issuing, Folder& folder) {
  std::string text;
  for (const auto& name : bundle.of) text += certificate_pem(issuing.certificate(name));
  return folder.put(bundle.file, text);
}

/// Keys that others can read are told, not changed: in containers modes are often given from
/// outside.
void check_key_mode(const std::string& name, const Files& files, Folder& folder) {
  struct stat status{};
  if (::stat(folder.path(files.key).c_str(), &status) != 0) return;
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) == 0) return;
  folder.note(fmt::format("{}: {} can be read by others (mode {:04o}); chmod 600 it", name,
                          files.key, status.st_mode & 07777));
}

/// A broker that drops its privileges reads its key as its own user.
Result<void> give_keys(const Manifest& manifest, const KeyOwner& owner, Folder& folder) {
  if (folder.dry_run()) return {};
  for (const auto& entry : manifest.identities) {
    if (!entry.profile.dialled()) continue;
    const auto key = folder.path(entry.files.key);
    auto given = owner.give(key);
    if (!given) return given.error();
    if (const auto closed = owner.closed_folder(key)) {
      return environment_problem(
          fmt::format("the user \"{}\" cannot reach the key of \"{}\"", owner.name(), entry.name),
          closed->string(), "open the folder (chmod o+x), or choose another home");
    }
    if (*given) {
      folder.note(fmt::format("{}: {} belongs to the user {} now", entry.name, entry.files.key,
                              owner.name()));
    }
  }
  return {};
}

Result<void> apply_entries(const Manifest& manifest, const ApplyOptions& options, Folder& folder,
                           State& state, WallTime now) {
  Issuing issuing(manifest, folder, state, now);
  for (const auto& entry : manifest.authorities) {
    if (auto done = issuing.apply(detail::target_of(entry)); !done) return done;
    check_key_mode(entry.name, entry.files, folder);
  }
  for (const auto& entry : manifest.identities) {
    if (auto done = issuing.apply(detail::target_of(entry)); !done) return done;
    check_key_mode(entry.name, entry.files, folder);
    if (auto done = write_chain(entry, issuing, folder); !done) return done;
  }
  for (const auto& bundle : manifest.bundles) {
    if (auto done = write_bundle(bundle, issuing, folder); !done) return done;
  }
  for (const auto& fleet : manifest.fleets) {
    if (auto done = apply_fleet(fleet, manifest, issuing, folder, state, now, options.fleets);
        !done) {
      return done;
    }
  }
  if (options.key_owner.empty()) return {};
  auto owner = KeyOwner::find(options.key_owner);
  if (!owner) return owner.error();
  return give_keys(manifest, *owner, folder);
}

}  // namespace

Result<ApplyReport> apply(const Manifest& manifest, const ApplyOptions& options) {
  if (!options.key_owner.empty()) {
    // Before anything is made: a misspelt user should cost nothing.
    if (auto owner = KeyOwner::find(options.key_owner); !owner) return owner.error();
  }
  auto folder = Folder::open(options.home.empty() ? manifest.home : options.home, options.dry_run);
  if (!folder) return folder.error();
  auto state = load_state(folder->home());
  if (!state) return state.error();
  const auto now = options.now.value_or(std::chrono::system_clock::now());
  const auto done = apply_entries(manifest, options, *folder, *state, now);
  // Also after a failure: what was issued until then is ours.
  auto saved = state->entries.empty() && !done ? Result<void>()
                                               : folder->put("state.json", state_text(*state));
  if (!done) return done.error();
  if (!saved) return saved.error();
  return folder->take_report();
}

}  // namespace handfast::pki
