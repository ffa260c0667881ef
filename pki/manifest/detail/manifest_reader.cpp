#include "pki/manifest/detail/manifest_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>

#include "core/base/text.hpp"
#include "pki/manifest/detail/fields.hpp"
#include "pki/manifest/detail/manifest_check.hpp"

namespace handfast::pki::detail {

namespace {

constexpr std::chrono::hours day{24};
constexpr auto default_leaf_life = 397 * day;  // the longest that browsers and their forum accept
constexpr auto default_authority_life = 3650 * day;
constexpr std::int64_t largest_fleet = 10'000'000;

struct Defaults {
  KeyType key = KeyType::p256;
  Validity validity = Validity::lasting(default_leaf_life);
  Subject subject;
};

std::string stem_of(const std::string& file) {
  const auto dot = file.rfind('.');
  return file.substr(0, dot);
}

class Reader {
 public:
  Result<Manifest> read(const config::Node& document);

 private:
  using EntryReader = Result<void> (Reader::*)(const std::string&, const config::Node&);

  Result<void> read_section(Fields& top, std::string_view key, EntryReader read_entry);
  Result<void> read_defaults(const config::Node& node);
  Result<void> read_authority(const std::string& name, const config::Node& node);
  Result<void> read_identity(const std::string& name, const config::Node& node);
  Result<void> read_fleet(const std::string& name, const config::Node& node);
  Result<void> read_bundle(const std::string& name, const config::Node& node);
  void read_files(Fields& fields, const std::string& name, bool with_chain, Files& out);
  void read_fleet_key(Fields& fields, FleetEntry& out);
  void read_templates(Fields& fields, FleetEntry& out);
  Result<std::vector<std::string>> read_members(const config::Node& list);
  void sort_by_depth(std::vector<std::string>& members) const;

  Manifest manifest_;
  Defaults defaults_;
  std::vector<std::string> authority_names_;
};

Result<Manifest> Reader::read(const config::Node& document) {
  Fields top(document);
  if (const auto version = top.require("handfast-pki")) {
    auto number = version->integer(1, 1);
    if (!number) top.fail(number.error());
  }
  std::string home = "pki";
  top.text("home", home, 4096);
  manifest_.home = home;
  if (const auto node = top.find("defaults")) {
    if (auto done = read_defaults(*node); !done) top.fail(done.error());
  }
  // All names first: an authority may stand before its issuer.
  if (const auto node = top.require("authorities"); node && node->is_map()) {
    for (const auto& [name, entry] : config::Map::of(*node)->entries()) {
      authority_names_.push_back(name);
    }
  }
  const std::pair<std::string_view, EntryReader> sections[] = {
      {"authorities", &Reader::read_authority},
      {"identities", &Reader::read_identity},
      {"fleets", &Reader::read_fleet},
      {"bundles", &Reader::read_bundle}};
  for (const auto& [key, read_entry] : sections) {
    if (!top.good()) break;
    if (auto done = read_section(top, key, read_entry); !done) top.fail(done.error());
    if (key == "authorities" && top.good()) {
      if (auto ordered = order_authorities(manifest_); !ordered) top.fail(ordered.error());
    }
  }
  if (auto done = top.finish(); !done) return done.error();
  if (auto checked = check_manifest(manifest_); !checked) return checked.error();
  return std::move(manifest_);
}

Result<void> Reader::read_section(Fields& top, std::string_view key, EntryReader read_entry) {
  const auto node = top.find(key);
  if (!node) return {};
  auto map = config::Map::of(*node);
  if (!map) return map.error();
  for (const auto& [name, entry] : map->entries()) {
    if (!is_file_name(name)) {
      return usage_problem(fmt::format("\"{}\" cannot be a name in \"{}\"", printable(name), key),
                           entry.key_where(), "letters, digits, dot, underscore and hyphen");
    }
    if (auto done = (this->*read_entry)(name, entry); !done) return done;
  }
  return {};
}

Result<void> Reader::read_defaults(const config::Node& node) {
  Fields fields(node);
  fields.key_type("key", defaults_.key);
  fields.validity("valid", defaults_.validity);
  fields.subject("subject", defaults_.subject);
  return fields.finish();
}

void Reader::read_files(Fields& fields, const std::string& name, bool with_chain, Files& out) {
  std::string base = name;
  const auto node = fields.find("file");
  if (node && !node->is_map()) fields.file_name("file", base);
  out.certificate = base + ".pem";
  out.key = base + ".key";
  if (node && node->is_map()) {
    Fields names(*node);
    names.file_name("cert", out.certificate);
    names.file_name("key", out.key);
    if (with_chain) names.file_name("chain", out.chain);
    if (auto done = names.finish(); !done) fields.fail(done.error());
  }
  if (with_chain && out.chain.empty()) out.chain = stem_of(out.certificate) + "-chain.pem";
}

Result<void> Reader::read_authority(const std::string& name, const config::Node& node) {
  Authority entry{.name = name,
                  .subject = defaults_.subject,
                  .key = defaults_.key,
                  .validity = Validity::lasting(default_authority_life),
                  .where = node.key_where()};
  Fields fields(node);
  if (fields.find("issuer")) {
    fields.reference("issuer", authority_names_, "authority", entry.issuer);
  }
  fields.subject("subject", entry.subject);
  entry.subject.common_name = name;
  fields.text("cn", entry.subject.common_name, longest_name);
  fields.key_type("key", entry.key);
  fields.validity("valid", entry.validity);
  fields.flag("trust", entry.trusted);
  if (const auto length = fields.find("pathlen")) {
    auto value = length->integer(0, 100);
    if (!value) fields.fail(value.error());
    if (value) entry.path_length = static_cast<int>(*value);
  }
  read_files(fields, name, false, entry.files);
  if (auto done = fields.finish(); !done) return done;
  manifest_.authorities.push_back(std::move(entry));
  return {};
}

Result<void> Reader::read_identity(const std::string& name, const config::Node& node) {
  IdentityEntry entry{.name = name,
                      .subject = defaults_.subject,
                      .key = defaults_.key,
                      .validity = defaults_.validity,
                      .where = node.key_where()};
  Fields fields(node);
  fields.reference("issuer", authority_names_, "authority", entry.issuer);
  fields.profile("profile", entry.profile);
  fields.subject("subject", entry.subject);
  entry.subject.common_name = name;
  fields.text("cn", entry.subject.common_name, longest_name);
  fields.alt_names("names", entry.names);
  fields.key_type("key", entry.key);
  fields.validity("valid", entry.validity);
  read_files(fields, name, true, entry.files);
  if (auto done = fields.finish(); !done) return done;

  // RFC 6125 section 6.4.4: a verifier looks at the SAN alone, so a host in the CN must be there
  // too.
  const bool dialled = entry.profile.dialled();
  auto own = parse_alt_name(entry.subject.common_name);
  const bool host = own && (own->kind == AltNameKind::dns || own->kind == AltNameKind::ip);
  if (dialled && host &&
      std::find(entry.names.begin(), entry.names.end(), *own) == entry.names.end()) {
    entry.names.insert(entry.names.begin(), std::move(*own));
  }
  manifest_.identities.push_back(std::move(entry));
  return {};
}

void Reader::read_fleet_key(Fields& fields, FleetEntry& out) {
  const auto node = fields.find("key");
  if (!node || !node->is_map()) return fields.key_type("key", out.key);
  Fields key(*node);
  key.key_type("type", out.key);
  if (const auto reuse = key.find("reuse")) {
    auto value = reuse->integer(1, largest_fleet);
    if (!value) key.fail(value.error());
    if (value) out.reuse = static_cast<std::uint64_t>(*value);
  }
  if (auto done = key.finish(); !done) fields.fail(done.error());
}

void Reader::read_templates(Fields& fields, FleetEntry& out) {
  if (const auto node = fields.find("cn"); node && fields.good()) {
    auto name = NameTemplate::parse(out.subject.common_name);
    if (!name) return fields.fail(placed(name.error(), *node));
    if (!name->has_index() && out.count > 1) {
      return fields.fail(node->problem(
          fmt::format("all {} members would be called \"{}\"", out.count, out.subject.common_name),
          "put {i} where the index belongs"));
    }
    const auto longest = name->expand(out.count - 1);
    if (character_count(longest) > longest_name) {
      return fields.fail(node->problem(
          fmt::format("the name \"{}\" has more than {} characters", longest, longest_name)));
    }
  }
  const auto node = fields.find("names");
  if (!node) return;
  auto items = node->list();
  if (!items) return fields.fail(items.error());
  for (const auto& item : *items) {
    auto text = item.text();
    if (!text) return fields.fail(text.error());
    auto name = NameTemplate::parse(*text);
    if (!name) return fields.fail(placed(name.error(), item));
    if (auto sample = parse_alt_name(name->expand(0)); !sample) {
      return fields.fail(placed(sample.error(), item));
    }
    out.names.push_back(std::move(*text));
  }
}

Result<void> Reader::read_fleet(const std::string& name, const config::Node& node) {
  FleetEntry entry{.name = name,
                   .subject = defaults_.subject,
                   .key = defaults_.key,
                   .validity = defaults_.validity,
                   .where = node.key_where()};
  Fields fields(node);
  fields.reference("issuer", authority_names_, "authority", entry.issuer);
  fields.profile("profile", entry.profile);
  if (const auto count = fields.require("count")) {
    auto value = count->integer(1, largest_fleet);
    if (!value) fields.fail(value.error());
    if (value) entry.count = static_cast<std::uint64_t>(*value);
  }
  fields.subject("subject", entry.subject);
  entry.subject.common_name = name + "-{i}";
  fields.text("cn", entry.subject.common_name, longest_name);
  read_fleet_key(fields, entry);
  read_templates(fields, entry);
  fields.validity("valid", entry.validity);
  std::string base = name;
  fields.file_name("file", base);
  entry.file = base + ".pack";
  if (auto done = fields.finish(); !done) return done;
  manifest_.fleets.push_back(std::move(entry));
  return {};
}

/// The authorities of a bundle in the order of the file.
Result<std::vector<std::string>> Reader::read_members(const config::Node& list) {
  auto items = list.list();
  if (!items) return items.error();
  if (items->empty()) return list.problem("a bundle needs at least one authority");
  std::vector<std::string> members;
  for (const auto& item : *items) {
    auto member = item.text();
    if (!member) return member.error();
    const auto* authority = manifest_.authority(*member);
    if (authority == nullptr) {
      return item.problem(fmt::format("there is no authority \"{}\"", printable(*member)),
                          suggest(*member, authority_names_));
    }
    if (!authority->trusted) {
      return item.problem(
          fmt::format("\"{}\" cannot be in a bundle: its \"trust\" is false", *member));
    }
    if (std::find(members.begin(), members.end(), *member) != members.end()) {
      return item.problem(fmt::format("\"{}\" is in the bundle twice", *member));
    }
    members.push_back(std::move(*member));
  }
  return members;
}

/// Deepest first, so roots come last (capability S3-27); as written among equals.
void Reader::sort_by_depth(std::vector<std::string>& members) const {
  std::multimap<int, std::string, std::greater<>> by_depth;
  for (auto& name : members) {
    by_depth.emplace(depth_of(manifest_, *manifest_.authority(name)), std::move(name));
  }
  members.clear();
  for (auto& [depth, name] : by_depth) members.push_back(std::move(name));
}

Result<void> Reader::read_bundle(const std::string& name, const config::Node& node) {
  std::string base = name;
  auto list = node;
  bool as_written = false;
  if (node.is_map()) {
    Fields fields(node);
    if (const auto of = fields.require("of")) list = *of;
    if (const auto order = fields.find("order")) {
      auto word = order->one_of({"computed", "as written"});
      if (!word) fields.fail(word.error());
      as_written = word && *word == "as written";
    }
    fields.file_name("file", base);
    if (auto done = fields.finish(); !done) return done;
  }
  auto members = read_members(list);
  if (!members) return members.error();
  if (!as_written) sort_by_depth(*members);
  manifest_.bundles.push_back({name, std::move(*members), base + ".pem", node.key_where()});
  return {};
}

}  // namespace

Result<Manifest> read_manifest(const config::Node& document) { return Reader().read(document); }

}  // namespace handfast::pki::detail
