#include "pki/upkeep/renewal.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "pki/store/state.hpp"
#include "pki/upkeep/expiry.hpp"

namespace handfast::pki {

namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> issued_by(const Manifest& manifest, const std::string& name) {
  std::vector<std::string> out;
  for (const auto& entry : manifest.names()) {
    if (manifest.issuer_of(entry) == name) out.push_back(entry);
  }
  return out;
}

KeyType key_type_of(const Manifest& manifest, const std::string& name) {
  if (const auto* entry = manifest.authority(name)) return entry->key;
  if (const auto* entry = manifest.identity(name)) return entry->key;
  const auto* entry = manifest.fault(name);
  return entry ? entry->entry.key : KeyType::p256;
}

std::string place_of(const Manifest& manifest, const std::string& name) {
  if (const auto* entry = manifest.authority(name)) return entry->where;
  if (const auto* entry = manifest.identity(name)) return entry->where;
  const auto* entry = manifest.fault(name);
  return entry ? entry->entry.where : std::string();
}

Result<void> check_name(const Manifest& manifest, const std::string& name) {
  if (manifest.files(name)) return {};
  if (const auto* fleet = manifest.fleet(name)) {
    return usage_problem(
        fmt::format("\"{}\" is a fleet: its members are minted anew, not renewed", name),
        fleet->where, "change its entry, and apply mints the next generation");
  }
  if (manifest.bundle(name)) {
    return usage_problem(fmt::format("\"{}\" is a bundle and has no certificate of its own", name),
                         {}, "renew what is in it");
  }
  return usage_problem(fmt::format("the manifest has no entry \"{}\"", printable(name)), {},
                       suggest(name, manifest.names()));
}

Result<void> check_rekey(const Manifest& manifest, const RenewalRequest& request,
                         const std::string& name) {
  const auto asked = key_type_of(manifest, name);
  if (request.key && *request.key != asked) {
    // The manifest says what exists. A key that it does not ask for would be refused by the next
    // apply.
    return usage_problem(fmt::format("the manifest asks for a {} key for \"{}\", not for {}",
                                     to_string(asked), name, to_string(*request.key)),
                         place_of(manifest, name),
                         fmt::format("write \"key: {}\" there first", to_string(*request.key)));
  }
  if (!manifest.authority(name) || request.yes_authority) return {};
  const auto children = issued_by(manifest, name);
  return usage_problem(
      children.empty()
          ? fmt::format("\"{}\" is an authority: everybody who trusts it has to get the new one",
                        name)
          : fmt::format("\"{}\" is an authority: a new key means to reissue {}", name,
                        join(children, ", ")),
      {}, "say --yes-ca if that is meant; renew keeps the key");
}

/// Which generations there were before, to tell which ones went to the archive.
std::vector<std::string> archived_since(const State& before, const std::vector<Change>& changes) {
  std::vector<std::string> out;
  for (const auto& change : changes) {
    const auto at = before.entries.find(change.entry);
    if (at == before.entries.end() || change.generation <= at->second.generation) continue;
    out.push_back(fmt::format("{}@{}", change.entry, at->second.generation));
  }
  return out;
}

}  // namespace

Result<RenewalReport> renew(const Manifest& manifest, const RenewalRequest& request,
                            const ApplyOptions& options) {
  for (const auto& name : request.names) {
    if (auto good = check_name(manifest, name); !good) return good.error();
    if (!request.rekey) continue;
    if (auto good = check_rekey(manifest, request, name); !good) return good.error();
  }
  const auto home = options.home.empty() ? manifest.home : options.home;
  auto before = load_state(home);
  if (!before) return before.error();
  auto asked = options;
  (request.rekey ? asked.rekey : asked.renew).insert(request.names.begin(), request.names.end());
  auto report = apply(manifest, asked);
  if (!report) return report.error();

  RenewalReport out;
  out.changes = std::move(report->changes);
  out.written = std::move(report->written);
  out.archived = archived_since(*before, out.changes);
  std::set<std::string> changed;
  for (const auto& change : out.changes) changed.insert(change.entry);
  out.refresh = refresh_list(manifest, changed, out.written);
  return out;
}

std::vector<std::string> due_names(const std::vector<Item>& items, Nanos within, WallTime now) {
  std::vector<std::string> out;
  for (const auto& item : items) {
    if (!is_watched(item, false)) continue;
    if (expiry_of(item, within, now) != Expiry::fine) out.push_back(item.name);
  }
  return out;
}

std::vector<std::string> all_names(const std::vector<Item>& items) {
  std::vector<std::string> out;
  for (const auto& item : items) {
    if (is_watched(item, false)) out.push_back(item.name);
  }
  return out;
}

std::string renewal_text(const RenewalReport& report, bool dry_run) {
  std::string out;
  for (const auto& change : report.changes) {
    out += fmt::format("{}{}: {}", dry_run ? "would do: " : "", change.entry, change.action);
    if (change.generation > 0) out += fmt::format(", generation {}", change.generation);
    out += fmt::format(" ({})\n", change.reason);
  }
  if (report.changes.empty()) out += "nothing to do\n";
  for (const auto& name : report.archived) {
    out += fmt::format("{} {} the archive\n", name, dry_run ? "would go to" : "is in");
  }
  for (const auto& node : report.refresh.nodes) {
    out += fmt::format("{} needs again: {}\n", node.node, join(node.files, ", "));
  }
  for (const auto& entry : report.refresh.exports) {
    out += fmt::format(
        "export {} ({}) is out of date: {}; write it again with: "
        "handfast pki export {}\n",
        entry.name, entry.target, entry.because, entry.name);
  }
  return out;
}

std::string renewal_json(const RenewalReport& report) {
  Json changes = Json::array();
  for (const auto& change : report.changes) {
    changes.push_back({{"entry", change.entry},
                       {"kind", change.kind},
                       {"action", change.action},
                       {"reason", change.reason},
                       {"generation", change.generation}});
  }
  Json nodes = Json::array();
  for (const auto& node : report.refresh.nodes) {
    nodes.push_back({{"node", node.node}, {"files", node.files}});
  }
  Json exports = Json::array();
  for (const auto& entry : report.refresh.exports) {
    exports.push_back({{"name", entry.name}, {"target", entry.target}, {"because", entry.because}});
  }
  const Json out{{"changes", changes},
                 {"written", report.written},
                 {"archived", report.archived},
                 {"refresh", {{"nodes", nodes}, {"exports", exports}}}};
  return out.dump(2) + "\n";
}

}  // namespace handfast::pki
