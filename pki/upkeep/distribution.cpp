#include "pki/upkeep/distribution.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace handfast::pki {

namespace {

void add_once(std::vector<std::string>& list, const std::string& text) {
  if (!text.empty() && std::ranges::find(list, text) == list.end()) list.push_back(text);
}

std::vector<std::string> identity_files(const Files& files) {
  std::vector<std::string> out;
  add_once(out, files.key);
  // A chain holds the leaf; the certificate alone is for people.
  add_once(out, files.chain.empty() ? files.certificate : files.chain);
  add_once(out, files.anchor);
  return out;
}

/// The authorities whose certificates an identity's chain is made of.
std::vector<std::string> issuers_of(const Manifest& manifest, const std::string& entry) {
  std::vector<std::string> out;
  for (auto name = manifest.issuer_of(entry); !name.empty(); name = manifest.issuer_of(name)) {
    if (std::ranges::find(out, name) != out.end()) break;
    out.push_back(name);
  }
  return out;
}

std::string why_affected(const Manifest& manifest, const ExportEntry& entry,
                         const std::set<std::string>& changed) {
  if (changed.contains(entry.server)) return fmt::format("its server is \"{}\"", entry.server);
  for (const auto& issuer : issuers_of(manifest, entry.server)) {
    if (changed.contains(issuer)) {
      return fmt::format("\"{}\" is in the chain of its server", issuer);
    }
  }
  if (changed.contains(entry.trust)) return fmt::format("it trusts \"{}\"", entry.trust);
  if (const auto* bundle = manifest.bundle(entry.trust)) {
    for (const auto& name : bundle->of) {
      if (changed.contains(name)) return fmt::format("it trusts \"{}\"", name);
    }
  }
  return {};
}

}  // namespace

std::vector<std::string> handed_out(const Manifest& manifest, const std::string& entry) {
  if (const auto* authority = manifest.authority(entry)) return {authority->files.certificate};
  if (const auto* bundle = manifest.bundle(entry)) return {bundle->file};
  if (const auto* fleet = manifest.fleet(entry)) {
    return fleet->file.empty() ? std::vector<std::string>{} : std::vector{fleet->file};
  }
  const auto* files = manifest.files(entry);
  return files ? identity_files(*files) : std::vector<std::string>{};
}

std::vector<NodeFiles> distribution_list(const Manifest& manifest) {
  std::vector<NodeFiles> out;
  for (const auto& node : manifest.distribute) {
    NodeFiles list{node.node, {}};
    for (const auto& entry : node.entries) {
      for (const auto& file : handed_out(manifest, entry)) add_once(list.files, file);
    }
    out.push_back(std::move(list));
  }
  return out;
}

RefreshList refresh_list(const Manifest& manifest, const std::set<std::string>& entries,
                         const std::vector<std::string>& files) {
  RefreshList out;
  for (const auto& node : distribution_list(manifest)) {
    NodeFiles changed{node.node, {}};
    for (const auto& file : node.files) {
      // A bundle that is a folder is written file by file.
      const bool written = std::ranges::any_of(files, [&](const std::string& name) {
        return name == file || name.starts_with(file + "/");
      });
      if (written) changed.files.push_back(file);
    }
    if (!changed.files.empty()) out.nodes.push_back(std::move(changed));
  }
  for (const auto& entry : manifest.exports) {
    auto because = why_affected(manifest, entry, entries);
    if (!because.empty()) out.exports.push_back({entry.name, entry.target, std::move(because)});
  }
  return out;
}

}  // namespace handfast::pki
