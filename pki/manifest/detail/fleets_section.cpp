// `fleets`: one stanza, many identities.
#include <fmt/format.h>

#include <algorithm>

#include "pki/manifest/detail/reading.hpp"

namespace handfast::pki::detail {

namespace {

constexpr std::int64_t largest_fleet = 10'000'000;

void read_key(Fields& fields, FleetEntry& out) {
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

void read_templates(Fields& fields, FleetEntry& out) {
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

/// Who issues the rogue share: the authority named, else the first that nobody trusts.
void read_rogue_issuer(Reading& reading, Fields& fields, const config::Node& mix, FleetEntry& out) {
  const auto node = fields.find("rogue_issuer");
  if (node && out.mix.rogue == 0) {
    return fields.fail(node->problem("\"rogue_issuer\" is of no use without \"rogue\" in \"mix\""));
  }
  if (node) {
    return fields.reference("rogue_issuer", reading.authority_names, "authority", out.rogue_issuer);
  }
  if (out.mix.rogue == 0) return;
  for (const auto& authority : reading.manifest.authorities) {
    if (authority.trusted) continue;
    out.rogue_issuer = authority.name;
    return;
  }
  fields.fail(mix.problem("no authority could issue the \"rogue\" share",
                          "add one with \"trust: false\", or name it as \"rogue_issuer\""));
}

void read_mix(Reading& reading, Fields& fields, FleetEntry& out) {
  const auto node = fields.find("mix");
  if (!node) {
    if (const auto rogue = fields.find("rogue_issuer")) {
      fields.fail(rogue->problem("\"rogue_issuer\" is of no use without \"rogue\" in \"mix\""));
    }
    return;
  }
  Fields mix(*node);
  const auto share = [&mix](std::string_view key, double& into) {
    const auto at = mix.find(key);
    if (!at) return;
    auto value = at->share();
    if (!value) return mix.fail(value.error());
    into = *value;
  };
  share("revoked", out.mix.revoked);
  share("expired", out.mix.expired);
  share("soon", out.mix.soon);
  share("rogue", out.mix.rogue);
  if (auto done = mix.finish(); !done) return fields.fail(done.error());
  if (out.mix.revoked + out.mix.expired + out.mix.soon + out.mix.rogue > 1.0) {
    return fields.fail(node->problem("the shares of \"mix\" are more than the whole"));
  }
  read_rogue_issuer(reading, fields, *node, out);
}

/// A seed of the manifest reaches every fleet, under the fleet's own name.
void read_store(Reading& reading, Fields& fields, FleetEntry& out) {
  auto store = static_cast<std::size_t>(out.store);
  fields.choice("store", {"pack", "seed", "bundle", "files"}, store);
  out.store = static_cast<FleetStore>(store);
  const auto& common = reading.manifest.seed;
  if (!common.empty()) out.seed = fmt::format("{}/fleet/{}", common, out.name);
  fields.text("seed", out.seed, 1024);
  if (fields.good() && out.store == FleetStore::seed && out.seed.empty()) {
    fields.fail(fields.find("store")->problem(
        "\"store: seed\" needs a \"seed\": nothing else is kept of the keys",
        "give the fleet or the manifest a phrase"));
  }
}

void read_file(Fields& fields, FleetEntry& out) {
  std::string base = out.name;
  fields.file_name("file", base);
  switch (out.store) {
    case FleetStore::pack:
      out.file = base + ".pack";
      break;
    case FleetStore::seed:
      out.file = base + ".seed";
      break;
    case FleetStore::bundle:
      out.file = base + ".pem";
      break;
    case FleetStore::files:
      out.file = base;
      break;
  }
}

}  // namespace

Result<void> read_fleet(Reading& reading, const std::string& name, const config::Node& node) {
  FleetEntry entry;
  entry.name = name;
  entry.subject = reading.defaults.subject;
  entry.key = reading.defaults.key;
  entry.validity = reading.defaults.validity;
  entry.where = node.key_where();
  Fields fields(node);
  fields.reference("issuer", reading.authority_names, "authority", entry.issuer);
  fields.profile("profile", reading.manifest.profiles, entry.profile);
  if (const auto count = fields.require("count")) {
    auto value = count->integer(1, largest_fleet);
    if (!value) fields.fail(value.error());
    if (value) entry.count = static_cast<std::uint64_t>(*value);
  }
  fields.subject("subject", entry.subject);
  entry.subject.common_name = name + "-{i}";
  fields.text("cn", entry.subject.common_name, longest_name);
  read_key(fields, entry);
  read_templates(fields, entry);
  fields.validity("valid", entry.validity);
  read_store(reading, fields, entry);
  read_mix(reading, fields, entry);
  read_file(fields, entry);
  if (auto done = fields.finish(); !done) return done;
  entry.signature = reading.manifest.authority(entry.issuer)->signature;
  reading.manifest.fleets.push_back(std::move(entry));
  return {};
}

}  // namespace handfast::pki::detail
