#include "pki/manifest/manifest.hpp"

#include <algorithm>

#include "core/config/yaml.hpp"
#include "pki/manifest/detail/manifest_reader.hpp"

namespace handfast::pki {

namespace {

template <class Entry>
const Entry* find_named(const std::vector<Entry>& entries, std::string_view name) {
  const auto at = std::find_if(entries.begin(), entries.end(),
                               [&](const Entry& entry) { return entry.name == name; });
  return at == entries.end() ? nullptr : &*at;
}

}  // namespace

const Authority* Manifest::authority(std::string_view name) const {
  return find_named(authorities, name);
}
const IdentityEntry* Manifest::identity(std::string_view name) const {
  return find_named(identities, name);
}
const FleetEntry* Manifest::fleet(std::string_view name) const { return find_named(fleets, name); }
const Bundle* Manifest::bundle(std::string_view name) const { return find_named(bundles, name); }

Result<Manifest> parse_manifest(std::string_view text, const std::string& file) {
  auto document = config::parse_yaml(text, file);
  if (!document) return document.error();
  return detail::read_manifest(*document);
}

Result<Manifest> load_manifest(const std::filesystem::path& file) {
  auto document = config::load_yaml(file);
  if (!document) return document.error();
  auto manifest = detail::read_manifest(*document);
  if (manifest && manifest->home.is_relative())
    manifest->home = file.parent_path() / manifest->home;
  return manifest;
}

}  // namespace handfast::pki
