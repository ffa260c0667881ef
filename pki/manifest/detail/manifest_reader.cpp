// The order of the sections: each may name what those before it have made.
#include "pki/manifest/detail/manifest_reader.hpp"

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "pki/manifest/detail/manifest_check.hpp"
#include "pki/manifest/detail/reading.hpp"

namespace handfast::pki::detail {

namespace {

using EntryReader = Result<void> (*)(Reading&, const std::string&, const config::Node&);

Result<void> read_section(Reading& reading, Fields& top, std::string_view key,
                          EntryReader read_entry) {
  const auto node = top.find(key);
  if (!node) return {};
  auto map = config::Map::of(*node);
  if (!map) return map.error();
  for (const auto& [name, entry] : map->entries()) {
    if (!is_file_name(name)) {
      return usage_problem(fmt::format("\"{}\" cannot be a name in \"{}\"", printable(name), key),
                           entry.key_where(), "letters, digits, dot, underscore and hyphen");
    }
    if (auto done = read_entry(reading, name, entry); !done) return done;
  }
  return {};
}

void read_clock(Fields& top, std::optional<WallTime>& out) {
  const auto node = top.find("clock");
  if (!node) return;
  auto text = node->text();
  if (!text) return top.fail(text.error());
  if (*text == "now") return;
  auto time = parse_time(*text);
  if (!time) {
    auto problem = time.error();
    problem.hint = "now, or a fixed time: " + problem.hint;
    return top.fail(placed(std::move(problem), *node));
  }
  out = *time;
}

void read_head(Reading& reading, Fields& top) {
  if (const auto version = top.require("handfast-pki")) {
    auto number = version->integer(1, 1);
    if (!number) top.fail(number.error());
  }
  std::string home = "pki";
  top.text("home", home, 4096);
  reading.manifest.home = home;
  read_clock(top, reading.manifest.clock);
  top.text("seed", reading.manifest.seed, 1024);
  if (reading.manifest.seed == "none") reading.manifest.seed.clear();
  if (const auto node = top.find("defaults"); node && top.good()) {
    if (auto done = read_defaults(reading, *node); !done) top.fail(done.error());
  }
  // All names first: an authority may stand before its issuer.
  if (const auto node = top.require("authorities"); node && node->is_map()) {
    for (const auto& [name, entry] : config::Map::of(*node)->entries()) {
      reading.authority_names.push_back(name);
    }
    if (reading.authority_names.empty()) {
      top.fail(node->problem("\"authorities\" is empty", "root: {} is a good start"));
    }
  }
}

/// What follows from the authorities before others name them.
Result<void> after_section(Reading& reading, std::string_view key) {
  if (key == "authorities") return order_authorities(reading.manifest);
  if (key == "identities") add_ocsp_signers(reading);
  if (key == "bundles") return link_bundles(reading);
  return {};
}

}  // namespace

Result<Manifest> read_manifest(const config::Node& document) {
  constexpr std::pair<std::string_view, EntryReader> sections[] = {
      {"profiles", read_profile}, {"authorities", read_authority},  {"identities", read_identity},
      {"fleets", read_fleet},     {"faults", read_fault},           {"bundles", read_bundle},
      {"export", read_export},    {"distribute", read_distribution}};
  Reading reading;
  Fields top(document);
  read_head(reading, top);
  for (const auto& [key, read_entry] : sections) {
    if (!top.good()) break;
    if (auto done = read_section(reading, top, key, read_entry); !done) {
      top.fail(done.error());
    } else if (auto after = after_section(reading, key); !after) {
      top.fail(after.error());
    }
  }
  if (const auto node = top.find("watch"); node && top.good()) {
    if (auto done = read_watch(reading, *node); !done) top.fail(done.error());
  }
  if (auto done = top.finish(); !done) return done.error();
  if (auto checked = check_manifest(reading.manifest); !checked) return checked.error();
  return std::move(reading.manifest);
}

}  // namespace handfast::pki::detail
