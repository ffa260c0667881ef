// apply: the order of things. What is decided about one entry is in detail/found.cpp,
// detail/issuing.cpp and detail/fleets.cpp.
#include <fmt/format.h>
#include <sys/stat.h>

#include <set>

#include "core/base/text.hpp"
#include "pki/store/detail/fleets.hpp"
#include "pki/store/detail/folder.hpp"
#include "pki/store/detail/issuing.hpp"
#include "pki/store/detail/outputs.hpp"
#include "pki/store/pki.hpp"
#include "pki/store/revocations.hpp"

namespace handfast::pki {

namespace {

using detail::Folder;
using detail::Issuing;
using detail::Target;
using detail::target_of;

/// Keys that others can read are told, not changed: in containers modes are often given from
/// outside.
void check_key_mode(const std::string& name, const Files& files, Folder& folder) {
  struct stat status{};
  if (files.key.empty() || ::stat(folder.path(files.key).c_str(), &status) != 0) return;
  const auto open = status.st_mode & (S_IRWXG | S_IRWXO);
  if ((open & ~static_cast<mode_t>(files.key_mode)) == 0) return;
  folder.note(fmt::format("{}: {} can be read by others (mode {:04o}); chmod {:o} it", name,
                          files.key, status.st_mode & 07777, files.key_mode));
}

Result<void> give_key(const std::string& name, const Files& files, const KeyOwner& owner,
                      Folder& folder) {
  for (const auto* file : {&files.key, &files.combined, &files.pkcs12}) {
    if (file->empty()) continue;
    const auto key = folder.path(*file);
    auto given = owner.give(key);
    if (!given) return given.error();
    if (const auto closed = owner.closed_folder(key)) {
      return environment_problem(
          fmt::format("the user \"{}\" cannot reach the key of \"{}\"", owner.name(), name),
          closed->string(), "open the folder (chmod o+x), or choose another home");
    }
    if (*given) {
      folder.note(fmt::format("{}: {} belongs to the user {} now", name, *file, owner.name()));
    }
  }
  return {};
}

/// A broker that drops its privileges reads its key as its own user.
Result<void> give_keys(const Manifest& manifest, const std::string& broker_user, Folder& folder) {
  if (folder.dry_run()) return {};
  const auto give = [&](const std::string& name, const Files& files,
                        const std::string& user) -> Result<void> {
    if (user.empty()) return {};
    auto owner = KeyOwner::find(user);
    if (!owner) return owner.error();
    return give_key(name, files, *owner, folder);
  };
  for (const auto& entry : manifest.authorities) {
    if (!folder.has(entry.files.key)) continue;  // a root key may be kept elsewhere
    if (auto given = give(entry.name, entry.files, entry.files.owner); !given) return given;
  }
  for (const auto& entry : manifest.identities) {
    const auto& user =
        entry.profile.dialled() && !broker_user.empty() ? broker_user : entry.files.owner;
    if (auto given = give(entry.name, entry.files, user); !given) return given;
  }
  return {};
}

/// One entry with all its files; a change of files alone is told as well.
Result<void> apply_entry(const Target& target, Issuing& issuing, Folder& folder, State& state) {
  const auto changes = folder.changes();
  if (auto done = issuing.apply(target); !done) return done;
  check_key_mode(target.name, target.files, folder);
  const auto before = folder.writes();
  auto done = write_outputs(target, issuing, folder, state.entries.at(target.name));
  if (done && folder.writes() != before && folder.changes() == changes) {
    folder.change({target.name, std::string(to_string(target.kind)), "write",
                   "some of its files were missing or out of date",
                   state.entries.at(target.name).generation});
  }
  return done;
}

Result<void> apply_bundle(const Bundle& bundle, const Issuing& issuing, Folder& folder) {
  const auto before = folder.writes();
  auto done = write_bundle(bundle, issuing, folder);
  if (done && folder.writes() != before) {
    folder.change({bundle.name, "bundle", "write", "its certificates changed", 0});
  }
  return done;
}

Result<void> apply_entries(const Manifest& manifest, Issuing& issuing, Folder& folder,
                           State& state) {
  for (const auto& entry : manifest.authorities) {
    const auto target = target_of(manifest, entry);
    if (auto done = apply_entry(target, issuing, folder, state); !done) return done;
  }
  for (const auto& entry : manifest.identities) {
    const auto target = target_of(manifest, entry);
    if (auto done = apply_entry(target, issuing, folder, state); !done) return done;
  }
  for (const auto& entry : manifest.faults) {
    const auto target = target_of(manifest, entry);
    if (auto done = apply_entry(target, issuing, folder, state); !done) return done;
  }
  for (const auto& bundle : manifest.bundles) {
    if (auto done = apply_bundle(bundle, issuing, folder); !done) return done;
  }
  return {};
}

Result<void> apply_fleets(const Manifest& manifest, const ApplyOptions& options,
                          const Issuing& issuing, Folder& folder, State& state, WallTime now) {
  for (const auto& fleet : manifest.fleets) {
    const auto before = folder.writes();
    const auto known = state.fleets.find(fleet.name);
    const bool first = known == state.fleets.end();
    if (auto done = apply_fleet(fleet, manifest, issuing, folder, state, now, options.fleets);
        !done) {
      return done;
    }
    if (folder.writes() != before) {
      folder.change({fleet.name, "fleet", "mint",
                     first ? "new" : "the manifest or its issuer changed",
                     state.fleets[fleet.name].generation});
    }
    // After each: minting the next may take minutes, and what is made is ours.
    if (auto saved = folder.save_state(state_text(state)); !saved) return saved;
  }
  return {};
}

Result<void> check_options(const Manifest& manifest, const ApplyOptions& options) {
  // Before anything is made: a misspelt user should cost nothing.
  std::set<std::string> users{options.key_owner};
  for (const auto& entry : manifest.authorities) users.insert(entry.files.owner);
  for (const auto& entry : manifest.identities) users.insert(entry.files.owner);
  users.erase("");
  for (const auto& user : users) {
    if (auto owner = KeyOwner::find(user); !owner) return owner.error();
  }
  auto named = options.renew;
  named.insert(options.rekey.begin(), options.rekey.end());
  for (const auto& name : named) {
    const auto* files = manifest.files(name);
    if (files == nullptr) {
      return usage_problem(fmt::format("the PKI has no entry \"{}\"", printable(name)), {},
                           suggest(name, manifest.names()));
    }
    if (files->key.empty() && options.rekey.contains(name)) {
      return usage_problem(fmt::format("the key of \"{}\" is not ours to replace", name), {},
                           "ask for a new request and put it in place of the old one");
    }
  }
  return {};
}

}  // namespace

Result<ApplyReport> apply(const Manifest& manifest, const ApplyOptions& options) {
  if (auto good = check_options(manifest, options); !good) return good.error();
  auto folder = Folder::open(options.home.empty() ? manifest.home : options.home, options.dry_run,
                             options.patience);
  if (!folder) return folder.error();
  auto state = load_state(folder->home());
  if (!state) return state.error();
  const auto now =
      options.now ? *options.now : manifest.clock.value_or(std::chrono::system_clock::now());
  if (!manifest.seed.empty()) {
    folder->note("TEST ONLY: keys and serials come from the seed in the manifest");
  }
  Issuing issuing(manifest, options, *folder, *state, now);
  if (auto done = apply_entries(manifest, issuing, *folder, *state); !done) return done.error();
  if (manifest.watch.revoke_expired) revoke_expired(manifest, *state, now);
  if (auto done = folder->commit(state_text(*state)); !done) return done.error();
  if (auto done = apply_fleets(manifest, options, issuing, *folder, *state, now); !done)
    return done.error();
  if (auto given = give_keys(manifest, options.key_owner, *folder); !given) return given.error();
  return folder->take_report();
}

}  // namespace handfast::pki
