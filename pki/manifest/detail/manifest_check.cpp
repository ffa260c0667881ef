#include "pki/manifest/detail/manifest_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace handfast::pki::detail {

namespace {

/// Files, each with one owner.
class Once {
 public:
  Result<void> add(const std::string& file, const std::string& owner, const std::string& where) {
    if (file.empty()) return {};
    const auto [at, added] = owners_.emplace(file, Owner{owner, where});
    if (added) return {};
    const auto& first = at->second.name;
    if (first == owner) {
      return usage_problem(fmt::format("\"{}\" would write the file \"{}\" twice", owner, file),
                           where, "give them different names");
    }
    return usage_problem(
        fmt::format("\"{}\" and \"{}\" would share the file \"{}\"", first, owner, file), where,
        "give one of them another file");
  }

  /// No file may have the name of a folder that others are in.
  Result<void> check_folders() const {
    for (const auto& [file, owner] : owners_) {
      const auto slash = file.find('/');
      if (slash == std::string::npos) continue;
      const auto at = owners_.find(file.substr(0, slash));
      if (at == owners_.end()) continue;
      return usage_problem(fmt::format("\"{}\" is a folder of \"{}\" and a file of \"{}\"",
                                       at->first, owner.name, at->second.name),
                           at->second.where, "give one of them another file");
    }
    return {};
  }

 private:
  struct Owner {
    std::string name;
    std::string where;
  };
  std::map<std::string, Owner> owners_;
};

Result<void> add_files(Once& files, const Files& entry, const std::string& name,
                       const std::string& where) {
  for (const auto& file : entry.all()) {
    if (auto added = files.add(file, name, where); !added) return added;
  }
  return {};
}

Result<void> add_all_files(const Manifest& manifest, Once& files) {
  for (const auto& entry : manifest.authorities) {
    if (auto ok = add_files(files, entry.files, entry.name, entry.where); !ok) return ok;
    if (auto ok = files.add(entry.publish.crl_file, entry.name, entry.where); !ok) return ok;
  }
  for (const auto& entry : manifest.identities) {
    if (auto ok = add_files(files, entry.files, entry.name, entry.where); !ok) return ok;
  }
  for (const auto& fault : manifest.faults) {
    const auto& entry = fault.entry;
    if (auto ok = add_files(files, entry.files, entry.name, entry.where); !ok) return ok;
  }
  for (const auto& entry : manifest.fleets) {
    if (auto ok = files.add(entry.file, entry.name, entry.where); !ok) return ok;
  }
  for (const auto& entry : manifest.bundles) {
    if (auto ok = files.add(entry.file, entry.name, entry.where); !ok) return ok;
  }
  return {};
}

Result<void> check_files(const Manifest& manifest) {
  Once files;
  for (const auto* own : {"state.json", "archive", "staged"}) {
    if (auto taken = files.add(own, "state", {}); !taken) return taken;
  }
  if (auto added = add_all_files(manifest, files); !added) return added;
  return files.check_folders();
}

/// One name space for all: Pki::trust takes bundles and authorities, and a person says "broker" and
/// means one thing.
Result<void> check_names(const Manifest& manifest) {
  std::map<std::string, std::string_view> kinds;
  const auto add = [&kinds](const auto& entries, std::string_view kind) -> Result<void> {
    for (const auto& entry : entries) {
      const auto [at, added] = kinds.emplace(entry.name, kind);
      if (!added) {
        return usage_problem(fmt::format("the name \"{}\" is taken by the {} \"{}\"", entry.name,
                                         at->second, entry.name),
                             entry.where,
                             "names are shared by authorities, identities, faults, fleets and "
                             "bundles");
      }
    }
    return {};
  };
  if (auto ok = add(manifest.authorities, "authority"); !ok) return ok;
  if (auto ok = add(manifest.identities, "identity"); !ok) return ok;
  std::vector<IdentityEntry> faults;
  faults.reserve(manifest.faults.size());
  for (const auto& fault : manifest.faults) faults.push_back(fault.entry);
  if (auto ok = add(faults, "fault"); !ok) return ok;
  if (auto ok = add(manifest.fleets, "fleet"); !ok) return ok;
  return add(manifest.bundles, "bundle");
}

/// RFC 5280 section 4.2.1.9: the number of intermediates that may follow.
Result<void> check_path_lengths(const Manifest& manifest) {
  for (const auto& entry : manifest.authorities) {
    int below = 0;
    for (auto* issuer = manifest.authority(entry.issuer); issuer != nullptr;
         issuer = manifest.authority(issuer->issuer)) {
      if (issuer->path_length && *issuer->path_length <= below) {
        return usage_problem(
            fmt::format("\"{}\" cannot be an authority: the pathlen of \"{}\" is {}", entry.name,
                        issuer->name, *issuer->path_length),
            entry.where, fmt::format("raise it to {} or more", below + 1));
      }
      ++below;
    }
  }
  return {};
}

}  // namespace

Result<void> order_authorities(Manifest& manifest) {
  std::vector<Authority> waiting = std::move(manifest.authorities);
  manifest.authorities.clear();
  while (!waiting.empty()) {
    const auto ready = std::find_if(waiting.begin(), waiting.end(), [&](const Authority& entry) {
      return entry.issuer.empty() || manifest.authority(entry.issuer) != nullptr;
    });
    if (ready == waiting.end()) {
      const auto& stuck = waiting.front();
      return usage_problem(fmt::format("the issuers of \"{}\" go in a circle", stuck.name),
                           stuck.where, "leave \"issuer\" out for a root");
    }
    manifest.authorities.push_back(std::move(*ready));
    waiting.erase(ready);
  }
  return {};
}

Result<void> check_manifest(const Manifest& manifest) {
  if (auto ok = check_names(manifest); !ok) return ok;
  if (auto ok = check_files(manifest); !ok) return ok;
  return check_path_lengths(manifest);
}

int depth_of(const Manifest& manifest, const Authority& authority) {
  int depth = 0;
  for (auto* issuer = manifest.authority(authority.issuer); issuer != nullptr;
       issuer = manifest.authority(issuer->issuer)) {
    ++depth;
  }
  return depth;
}

}  // namespace handfast::pki::detail
