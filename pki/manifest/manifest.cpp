#include "pki/manifest/manifest.hpp"

#include <fmt/format.h>

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
const ExportEntry* Manifest::exported(std::string_view name) const {
  return find_named(exports, name);
}
const FaultEntry* Manifest::fault(std::string_view name) const {
  const auto at = std::find_if(faults.begin(), faults.end(),
                               [&](const FaultEntry& entry) { return entry.name() == name; });
  return at == faults.end() ? nullptr : &*at;
}

std::vector<std::string> Files::all() const {
  std::vector<std::string> out;
  for (const auto* file : {&certificate, &key, &chain, &intermediates, &anchor, &request, &der,
                           &pkcs12, &pkcs7, &combined}) {
    // In the layout k8s the chain is the certificate's file.
    if (file->empty() || (file == &chain && chain == certificate)) continue;
    out.push_back(*file);
  }
  return out;
}

const Files* Manifest::files(std::string_view name) const {
  if (const auto* entry = authority(name)) return &entry->files;
  if (const auto* entry = identity(name)) return &entry->files;
  if (const auto* entry = fault(name)) return &entry->entry.files;
  return nullptr;
}

std::string Manifest::issuer_of(std::string_view name) const {
  if (const auto* entry = authority(name)) return entry->issuer;
  if (const auto* entry = identity(name)) return entry->issuer;
  if (const auto* entry = fault(name)) return entry->entry.issuer;
  if (const auto* entry = fleet(name)) return entry->issuer;
  return {};
}

std::vector<std::string> Manifest::names() const {
  std::vector<std::string> out;
  for (const auto& entry : authorities) out.push_back(entry.name);
  for (const auto& entry : identities) out.push_back(entry.name);
  for (const auto& entry : faults) out.push_back(entry.name());
  for (const auto& entry : fleets) out.push_back(entry.name);
  for (const auto& entry : bundles) out.push_back(entry.name);
  return out;
}

std::vector<std::string> Manifest::users_of(std::string_view name) const {
  std::vector<std::string> out;
  const auto has = [name](const std::vector<std::string>& list) {
    return std::find(list.begin(), list.end(), name) != list.end();
  };
  for (const auto& entry : names()) {
    if (!name.empty() && issuer_of(entry) == name)
      out.push_back(fmt::format("it issued \"{}\"", entry));
  }
  for (const auto& entry : faults) {
    if (entry.like == name) out.push_back(fmt::format("the fault \"{}\" is like it", entry.name()));
  }
  for (const auto& entry : fleets) {
    if (entry.rogue_issuer == name) {
      out.push_back(fmt::format("it issued the rogue members of \"{}\"", entry.name));
    }
  }
  for (const auto& entry : bundles) {
    if (has(entry.of)) out.push_back(fmt::format("it is in the bundle \"{}\"", entry.name));
  }
  for (const auto& entry : exports) {
    if (entry.server == name || entry.trust == name || entry.crl == name) {
      out.push_back(fmt::format("the export \"{}\" needs it", entry.name));
    }
  }
  for (const auto& entry : distribute) {
    if (has(entry.entries)) out.push_back(fmt::format("\"{}\" gets it", entry.node));
  }
  return out;
}

Result<Manifest> parse_manifest(std::string_view text, const std::string& file) {
  auto document = config::parse_yaml(text, file);
  if (!document) return document.error();
  return detail::read_manifest(*document);
}

Result<Manifest> load_manifest(const std::filesystem::path& file) {
  auto document = config::load_yaml(file);
  if (!document) return document.error();
  auto manifest = detail::read_manifest(*document);
  if (!manifest) return manifest;
  const auto folder = file.parent_path();
  if (manifest->home.is_relative()) manifest->home = folder / manifest->home;
  for (auto& entry : manifest->identities) {
    if (!entry.request.empty()) entry.request = (folder / entry.request).string();
  }
  return manifest;
}

}  // namespace handfast::pki
