#include "pki/manifest/detail/manifest_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace handfast::pki::detail {

namespace {

class Once {
 public:
  explicit Once(std::string_view what) : what_(what) {}

  Result<void> add(const std::string& value, const std::string& owner, const std::string& where) {
    if (value.empty()) return {};
    const auto [at, added] = owners_.emplace(value, owner);
    if (added) return {};
    return usage_problem(
        fmt::format("\"{}\" and \"{}\" would share the {} \"{}\"", at->second, owner, what_, value),
        where, fmt::format("give one of them another {}", what_));
  }

 private:
  std::string_view what_;
  std::map<std::string, std::string> owners_;
};

Result<void> add_files(Once& files, const Files& entry, const std::string& name,
                       const std::string& where) {
  for (const auto* file : {&entry.certificate, &entry.key, &entry.chain}) {
    if (auto added = files.add(*file, name, where); !added) return added;
  }
  return {};
}

Result<void> check_files(const Manifest& manifest) {
  Once files("file");
  if (auto own = files.add("state.json", "state", {}); !own) return own;
  for (const auto& entry : manifest.authorities) {
    if (auto ok = add_files(files, entry.files, entry.name, entry.where); !ok) return ok;
  }
  for (const auto& entry : manifest.identities) {
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
                             "names are shared by authorities, identities, fleets and bundles");
      }
    }
    return {};
  };
  if (auto ok = add(manifest.authorities, "authority"); !ok) return ok;
  if (auto ok = add(manifest.identities, "identity"); !ok) return ok;
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
