// `bundles`: certificates to trust, in one file or folder.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>

#include "core/base/text.hpp"
#include "pki/manifest/detail/manifest_check.hpp"
#include "pki/manifest/detail/reading.hpp"

namespace handfast::pki::detail {

namespace {

/// Deepest first, so roots come last (capability S3-27); as written among equals. A self-signed
/// identity is its own root.
void sort_by_depth(const Manifest& manifest, std::vector<std::string>& members) {
  std::multimap<int, std::string, std::greater<>> by_depth;
  for (auto& name : members) {
    const auto* authority = manifest.authority(name);
    by_depth.emplace(authority != nullptr ? depth_of(manifest, *authority) : 0, std::move(name));
  }
  members.clear();
  for (auto& [depth, name] : by_depth) members.push_back(std::move(name));
}

Result<void> check_member(const Reading& reading, const std::string& name,
                          const config::Node& item) {
  const auto* authority = reading.manifest.authority(name);
  if (authority != nullptr && authority->trusted) return {};
  if (authority != nullptr) {
    return item.problem(fmt::format("\"{}\" cannot be in a bundle: its \"trust\" is false", name));
  }
  const auto* identity = reading.manifest.identity(name);
  if (identity == nullptr) {
    return item.problem(fmt::format("there is no authority \"{}\"", printable(name)),
                        suggest(name, reading.authority_names));
  }
  if (identity->issuer.empty()) return {};
  return item.problem(
      fmt::format("\"{}\" is no trust anchor: \"{}\" issued it", name, identity->issuer),
      fmt::format("put \"{}\" into the bundle", identity->issuer));
}

/// The members of a bundle in the order of the file.
Result<std::vector<std::string>> read_members(const Reading& reading, const config::Node& list) {
  auto items = list.list();
  if (!items) return items.error();
  if (items->empty()) return list.problem("a bundle needs at least one authority");
  std::vector<std::string> members;
  for (const auto& item : *items) {
    auto member = item.text();
    if (!member) return member.error();
    if (auto ok = check_member(reading, *member, item); !ok) return ok.error();
    if (std::find(members.begin(), members.end(), *member) != members.end()) {
      return item.problem(fmt::format("\"{}\" is in the bundle twice", *member));
    }
    members.push_back(std::move(*member));
  }
  return members;
}

std::string file_of(BundleForm form, const std::string& base) {
  switch (form) {
    case BundleForm::rehash:
      return base;
    case BundleForm::p7b:
      return base + ".p7b";
    case BundleForm::file:
      break;
  }
  return base + ".pem";
}

}  // namespace

Result<void> read_bundle(Reading& reading, const std::string& name, const config::Node& node) {
  Bundle bundle;
  bundle.name = name;
  bundle.where = node.key_where();
  std::string base = name;
  auto list = node;
  std::size_t order = 0;
  if (node.is_map()) {
    Fields fields(node);
    if (const auto of = fields.require("of")) list = *of;
    fields.choice("order", {"computed", "as written"}, order);
    std::size_t form = 0;
    fields.choice("form", {"file", "rehash", "p7b"}, form);
    bundle.form = static_cast<BundleForm>(form);
    if (const auto at = fields.find("order"); at && bundle.form == BundleForm::rehash) {
      fields.fail(at->problem("a folder has no order", "leave \"order\" out"));
    }
    fields.file_name("file", base);
    fields.words("link", bundle.link);
    fields.text("note", bundle.note, 500);
    if (auto done = fields.finish(); !done) return done;
  }
  auto members = read_members(reading, list);
  if (!members) return members.error();
  if (order == 0) sort_by_depth(reading.manifest, *members);
  bundle.of = std::move(*members);
  bundle.file = file_of(bundle.form, base);
  reading.manifest.bundles.push_back(std::move(bundle));
  return {};
}

Result<void> link_bundles(Reading& reading) {
  auto& bundles = reading.manifest.bundles;
  std::vector<std::string> names;
  for (const auto& bundle : bundles) names.push_back(bundle.name);
  // By value: what arrives over one link does not travel on over the next.
  for (const auto& bundle : std::vector<Bundle>(bundles)) {
    for (const auto& target : bundle.link) {
      const auto at = std::find_if(bundles.begin(), bundles.end(),
                                   [&target](const Bundle& other) { return other.name == target; });
      if (at == bundles.end() || target == bundle.name) {
        return usage_problem(fmt::format("\"{}\" cannot be linked to a bundle \"{}\"", bundle.name,
                                         printable(target)),
                             bundle.where, suggest(target, names));
      }
      for (const auto& member : bundle.of) {
        if (std::find(at->of.begin(), at->of.end(), member) == at->of.end()) {
          at->of.push_back(member);
        }
      }
    }
  }
  return {};
}

}  // namespace handfast::pki::detail
