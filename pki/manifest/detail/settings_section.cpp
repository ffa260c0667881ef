// `export`, `watch` and `distribute`.
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "core/base/text.hpp"
#include "pki/manifest/detail/reading.hpp"

namespace handfast::pki::detail {

namespace {

template <class Entries>
std::vector<std::string> names_of(const Entries& entries) {
  std::vector<std::string> out;
  for (const auto& entry : entries) out.push_back(entry.name);
  return out;
}

void read_ports(Fields& fields, std::map<std::string, std::uint16_t>& out) {
  const auto node = fields.find("ports");
  if (!node) return;
  Fields ports(*node);
  for (const auto* kind : {"mqtts", "wss", "plain"}) {
    int port = 0;
    ports.number(kind, 1, 65535, port);
    if (port != 0) out[kind] = static_cast<std::uint16_t>(port);
  }
  if (auto done = ports.finish(); !done) fields.fail(done.error());
}

/// Settings that say something only when the broker asks for client certificates.
void check_clients(Fields& fields, const ExportEntry& entry) {
  if (!fields.good()) return;
  if (entry.clients == ClientCertificates::none) {
    for (const auto* key : {"user_from", "crl", "partial", "depth"}) {
      if (const auto at = fields.find(key)) {
        fields.fail(at->problem(fmt::format("\"{}\" is of no use with \"clients: none\"", key),
                                "clients: optional or required"));
      }
    }
  } else if (entry.trust.empty()) {
    fields.fail(usage_problem(
        fmt::format("\"{}\" asks for client certificates and trusts nobody", entry.name),
        entry.where, "add \"trust\": a bundle or an authority"));
  }
}

bool is_notification(std::string_view word) {
  return word == "log" || word == "metrics" || (word.starts_with("mail:") && word.size() > 5);
}

}  // namespace

Result<void> read_export(Reading& reading, const std::string& name, const config::Node& node) {
  const auto& manifest = reading.manifest;
  ExportEntry entry;
  entry.name = name;
  entry.where = node.key_where();
  Fields fields(node);
  fields.require("for");
  fields.text("for", entry.target, 32);
  fields.reference("server", names_of(manifest.identities), "identity", entry.server);
  if (fields.find("trust")) {
    auto anchors = names_of(manifest.bundles);
    anchors.insert(anchors.end(), reading.authority_names.begin(), reading.authority_names.end());
    fields.reference("trust", anchors, "bundle or authority", entry.trust);
  }
  std::size_t clients = 0;
  fields.choice("clients", {"none", "optional", "required"}, clients);
  entry.clients = static_cast<ClientCertificates>(clients);
  std::size_t user = 0;
  const std::vector<std::string> users{"none", "cn", "dn", "san"};
  fields.choice("user_from", users, user);
  if (user != 0) entry.user_from = users[user];
  if (fields.find("crl")) {
    fields.reference("crl", reading.authority_names, "authority", entry.crl);
  }
  fields.flag("partial", entry.partial_chain);
  fields.number("depth", 1, 100, entry.depth);
  if (const auto versions = fields.find("tls")) {
    fields.words("tls", entry.tls_versions);
    for (const auto& version : entry.tls_versions) {
      if (version == "1.2" || version == "1.3") continue;
      fields.fail(versions->problem(fmt::format("unknown TLS version \"{}\"", printable(version)),
                                    "1.2 and 1.3 in quotes"));
    }
  }
  read_ports(fields, entry.ports);
  fields.text("backend", entry.backend, 300);
  check_clients(fields, entry);
  if (auto done = fields.finish(); !done) return done;
  reading.manifest.exports.push_back(std::move(entry));
  return {};
}

Result<void> read_watch(Reading& reading, const config::Node& node) {
  auto& out = reading.manifest.watch;
  Fields fields(node);
  if (const auto warn = fields.find("warn")) {
    auto items = warn->list();
    if (!items) fields.fail(items.error());
    out.warn.clear();
    for (const auto& item : items ? *items : std::vector<config::Node>()) {
      auto value = item.duration();
      if (!value) fields.fail(value.error());
      if (value) out.warn.push_back(*value);
    }
    std::sort(out.warn.begin(), out.warn.end(), std::greater<>());
    if (fields.good() && out.warn.empty()) {
      fields.fail(warn->problem("\"warn\" never warns", "for example [30d, 7d, 1d]"));
    }
  }
  fields.duration("every", out.every);
  if (const auto hurry = fields.find("hurry")) {
    Fields inner(*hurry);
    inner.duration("below", out.hurry_below);
    inner.duration("every", out.hurry_every);
    if (auto done = inner.finish(); !done) fields.fail(done.error());
  }
  const auto notify = fields.find("notify");
  fields.words("notify", out.notify);
  for (const auto& word : fields.good() ? out.notify : std::vector<std::string>()) {
    if (is_notification(word)) continue;
    fields.fail(notify->problem(fmt::format("\"{}\" is no way to tell anybody", printable(word)),
                                "log, metrics, or 'mail:a@x;b@y'"));
  }
  fields.flag("fleets", out.fleets);
  fields.flag("revoke_expired", out.revoke_expired);
  return fields.finish();
}

Result<void> read_distribution(Reading& reading, const std::string& node_name,
                               const config::Node& node) {
  auto items = node.list();
  if (!items) return items.error();
  const auto known = reading.manifest.names();
  Distribution out{node_name, {}, node.key_where()};
  for (const auto& item : *items) {
    auto name = item.text();
    if (!name) return name.error();
    if (std::find(known.begin(), known.end(), *name) == known.end()) {
      return item.problem(fmt::format("there is no entry \"{}\"", printable(*name)),
                          suggest(*name, known));
    }
    if (std::find(out.entries.begin(), out.entries.end(), *name) != out.entries.end()) {
      return item.problem(fmt::format("\"{}\" goes to \"{}\" twice", *name, node_name));
    }
    out.entries.push_back(std::move(*name));
  }
  if (out.entries.empty()) return node.problem(fmt::format("\"{}\" gets nothing", node_name));
  reading.manifest.distribute.push_back(std::move(out));
  return {};
}

}  // namespace handfast::pki::detail
