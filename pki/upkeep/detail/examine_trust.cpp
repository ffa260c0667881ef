#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "pki/upkeep/detail/examinations.hpp"

namespace handfast::pki {

namespace {

std::string root_of(const Manifest& manifest, std::string at) {
  for (auto above = manifest.issuer_of(at); !above.empty(); above = manifest.issuer_of(at)) {
    at = above;
  }
  return at;
}

bool holds(const std::vector<std::string>& list, const std::string& name) {
  return std::ranges::find(list, name) != list.end();
}

/// The authorities and self-signed identities that a node can verify others with.
std::set<std::string> anchors_of(const Manifest& manifest, const Distribution& node) {
  std::set<std::string> out;
  for (const auto& entry : node.entries) {
    if (manifest.authority(entry)) out.insert(entry);
    if (const auto* bundle = manifest.bundle(entry)) {
      out.insert(bundle->of.begin(), bundle->of.end());
    }
  }
  return out;
}

Complaint trust_complaint(Severity severity, const std::string& about, std::string sentence,
                          std::string advice) {
  return {Examination::trust, severity, about, std::move(sentence), std::move(advice)};
}

void examine_bundle(const Home& home, const Bundle& bundle, std::vector<Complaint>& out) {
  if (bundle.form != BundleForm::file) return;  // apply compares the others byte by byte
  auto text = read_file(home.path(bundle.file));
  if (!text) {
    out.push_back(trust_complaint(Severity::error, bundle.name,
                                  fmt::format("{} is missing", bundle.file),
                                  "run handfast pki apply"));
    return;
  }
  std::vector<std::string> absent;
  for (const auto& name : bundle.of) {
    const auto at = home.state().entries.find(name);
    if (at == home.state().entries.end() || text->find(at->second.pem) == std::string::npos) {
      absent.push_back(name);
    }
  }
  if (absent.empty()) return;
  out.push_back(trust_complaint(
      Severity::error, bundle.name,
      fmt::format("{} lacks the current certificate of {}", bundle.file, join(absent, ", ")),
      "run handfast pki apply"));
}

bool is_in_a_bundle(const Manifest& manifest, const std::string& name) {
  return std::ranges::any_of(manifest.bundles,
                             [&](const Bundle& bundle) { return holds(bundle.of, name); });
}

}  // namespace

std::vector<Complaint> examine_cross_trust(const Manifest& manifest) {
  std::vector<Complaint> out;
  for (const auto& node : manifest.distribute) {
    const auto anchors = anchors_of(manifest, node);
    for (const auto& other : manifest.distribute) {
      if (&other == &node) continue;
      std::set<std::string> lacking;
      std::vector<std::string> unverified;
      for (const auto& entry : other.entries) {
        if (!manifest.identity(entry)) continue;
        const auto root = root_of(manifest, entry);
        if (anchors.contains(root)) continue;
        lacking.insert(root);
        unverified.push_back(entry);
      }
      if (lacking.empty()) continue;
      out.push_back(trust_complaint(
          Severity::warning, node.node,
          fmt::format("it cannot verify {} of {}", join(unverified, ", "), other.node),
          fmt::format("distribute {} to {} as well", join({lacking.begin(), lacking.end()}, ", "),
                      node.node)));
    }
  }
  return out;
}

namespace detail {

std::vector<Complaint> examine_trust(const Home& home) {
  const auto& manifest = home.manifest();
  std::vector<Complaint> out;
  for (const auto& bundle : manifest.bundles) examine_bundle(home, bundle, out);
  std::set<std::string> told;
  for (const auto& entry : manifest.identities) {
    const auto root = root_of(manifest, entry.name);
    const auto* authority = manifest.authority(root);
    const bool kept_out = authority && !authority->trusted;
    if (kept_out || is_in_a_bundle(manifest, root) || !told.insert(root).second) continue;
    out.push_back(trust_complaint(
        Severity::warning, entry.name, fmt::format("no bundle holds its root \"{}\"", root),
        fmt::format("add \"{}\" to a bundle, or hand out its certificate by itself", root)));
  }
  for (const auto& entry : manifest.identities) {
    if (!entry.profile.dialled() || !entry.names.empty()) continue;
    out.push_back(trust_complaint(Severity::warning, entry.name,
                                  "it is dialled, but carries no name or address",
                                  "give it names: [HOST, ADDRESS]"));
  }
  for (const auto& entry : manifest.exports) {
    if (!entry.crl.empty() && manifest.authority(entry.crl)->publish.urls.crl_urls.empty() &&
        entry.target.starts_with("emqx")) {
      out.push_back(trust_complaint(
          Severity::warning, entry.name,
          fmt::format("EMQX fetches CRLs from their URLs, and \"{}\" has none", entry.crl),
          "give it publish: {crl: URL, idp: true}"));
    }
  }
  return out;
}

}  // namespace detail

}  // namespace handfast::pki
