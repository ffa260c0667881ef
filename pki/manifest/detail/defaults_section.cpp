// `defaults` and `profiles`.
#include <fmt/format.h>

#include "pki/manifest/detail/reading.hpp"

namespace handfast::pki::detail {

namespace {

/// {ku: [...], eku: [...]}; each replaces what `out` has.
void read_usages(Fields& fields, Usages& out) {
  if (const auto node = fields.find("ku")) {
    std::vector<std::string> words;
    fields.words("ku", words);
    out.key = {};
    for (const auto& word : words) {
      auto usage = parse_key_usage(word);
      if (!usage) return fields.fail(placed(usage.error(), *node));
      out.key.add(*usage);
    }
  }
  if (const auto node = fields.find("eku")) {
    std::vector<std::string> words;
    fields.words("eku", words);
    out.extended.clear();
    for (const auto& word : words) {
      auto usage = parse_extended_usage(word);
      if (!usage) return fields.fail(placed(usage.error(), *node));
      out.add_extended(std::move(*usage));
    }
  }
}

bool read_usage_map(Fields& fields, std::string_view key, Usages& out) {
  const auto node = fields.find(key);
  if (!node) return false;
  Fields usages(*node);
  read_usages(usages, out);
  if (auto done = usages.finish(); !done) fields.fail(done.error());
  return true;
}

/// The first usage that is in both, in words; empty when there is none.
std::string common_usage(const Usages& a, const Usages& b) {
  for (const auto usage : a.key.list()) {
    if (b.key.has(usage)) return std::string(to_string(usage));
  }
  for (const auto& usage : a.extended) {
    if (b.has_extended(usage)) return usage;
  }
  return {};
}

}  // namespace

void read_rotate(Fields& fields, Rotate& out) {
  auto index = static_cast<std::size_t>(out);
  fields.choice("rotate", {"cert", "key", "never"}, index);
  out = static_cast<Rotate>(index);
}

Result<void> read_defaults(Reading& reading, const config::Node& node) {
  auto& out = reading.defaults;
  Fields fields(node);
  fields.key_type("key", out.key);
  fields.hash("hash", out.signature.hash);
  fields.validity("valid", out.validity);
  fields.subject("subject", out.subject);
  auto layout = static_cast<std::size_t>(out.layout);
  fields.choice("layout", layout_names(), layout);
  out.layout = static_cast<Layout>(layout);
  read_write_set(fields, out.write);
  if (fields.good() && out.write.pkcs12) {
    fields.fail(node.problem("\"p12\" cannot be a default: each needs its own \"password\"",
                             "write it at the identities that want it"));
  }
  read_modes(fields, out.modes);
  read_rotate(fields, out.rotate);
  return fields.finish();
}

Result<void> read_profile(Reading& reading, const std::string& name, const config::Node& node) {
  const auto* built_in = find_profile(name);
  auto entry = built_in != nullptr ? *built_in : Profile{};
  entry.name = name;
  Fields fields(node);
  read_usages(fields, entry.usages);
  read_usage_map(fields, "need", entry.need);
  read_usage_map(fields, "deny", entry.deny);
  Usages allow;
  if (read_usage_map(fields, "allow", allow)) entry.allow = std::move(allow);
  fields.flag("no_check", entry.ocsp_no_check);
  fields.flag("multi_server", entry.multi_server);
  // What is needed is there, also in a certificate that no request asked for.
  for (const auto usage : entry.need.key.list()) entry.usages.key.add(usage);
  for (const auto& usage : entry.need.extended) entry.usages.add_extended(usage);
  if (const auto both = common_usage(entry.usages, entry.deny); fields.good() && !both.empty()) {
    fields.fail(usage_problem(fmt::format("the profile \"{}\" has and denies {}", name, both),
                              node.key_where(),
                              "leave it out of \"ku\", \"eku\" and \"need\", or out of \"deny\""));
  }
  if (fields.good() && entry.usages.empty()) {
    fields.fail(usage_problem(fmt::format("the profile \"{}\" is good for nothing", name),
                              node.key_where(), "give it \"ku\" or \"eku\""));
  }
  if (auto done = fields.finish(); !done) return done;
  reading.manifest.profiles.push_back(std::move(entry));
  return {};
}

}  // namespace handfast::pki::detail
