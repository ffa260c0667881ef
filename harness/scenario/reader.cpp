#include "harness/scenario/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/text.hpp"
#include "harness/scenario/detail/read.hpp"
#include "harness/scenario/detail/timeline_parts.hpp"

namespace handfast::scenario {

namespace {

using config::Field;
using config::Node;
using config::Presence;
using config::store;
using detail::read_path;
using detail::word;
using detail::words;

/// A name that must be one of `known`, where those are known.
Result<std::string> read_known(const Node& node, const std::string& what,
                               const std::vector<std::string>& known) {
  return known.empty() ? node.text() : word(node, what, known);
}

Result<void> read_pki(const Node& node, const Known& known, Scenario& scenario) {
  PkiSource source;
  auto read = config::read_fields(
      node, {{"preset", Presence::optional,
              [&](const Node& n) {
                return store(source.preset, read_known(n, "preset", known.presets));
              }},
             {"manifest", Presence::optional,
              [&](const Node& n) { return store(source.manifest, read_path(n, scenario)); }},
             {"home", Presence::optional,
              [&](const Node& n) { return store(source.home, read_path(n, scenario)); }}});
  if (!read) return read.error();
  if (source.preset.empty() == source.manifest.empty()) {
    return node.problem("\"pki\" needs either \"preset\" or \"manifest\"",
                        "write for example {preset: emqx-two-tier}");
  }
  if (known.pki) {
    auto contents = known.pki(source);
    if (!contents) return contents.error();
    scenario.pki_contents = std::move(*contents);
  }
  scenario.pki = std::move(source);
  return {};
}

Result<void> read_broker(const Node& node, const Known& known, Scenario& scenario) {
  BrokerSection broker;
  const auto read_listeners = [&](const Node& n) -> Result<void> {
    if (auto names = words(n); !names) return names.error();
    for (const auto& item : n.items()) {
      auto listener = detail::read_listener(item);
      if (!listener) return listener.error();
      if (listener->transport == Transport::dtls)
        return item.problem("no broker that handfast starts has a DTLS listener",
                            "use target: {url: \"dtls://host:port\"}");
      broker.listeners.push_back(*listener);
    }
    return {};
  };
  auto read = config::read_fields(
      node, {{"driver", Presence::required,
              [&](const Node& n) {
                return store(broker.driver, read_known(n, "broker driver", known.drivers));
              }},
             {"listeners", Presence::required, read_listeners},
             {"certificate", Presence::optional, [&](const Node& n) {
                return store(broker.certificate,
                             read_known(n, "identity of the PKI",
                                        scenario.pki_contents ? scenario.pki_contents->identities
                                                              : std::vector<std::string>{}));
              }}});
  if (!read) return read.error();
  if (known.broker_can && !known.broker_can(broker.driver).mqtt5) broker.mqtt_level = 4;
  scenario.broker = std::move(broker);
  return {};
}

Result<void> read_url(const Node& node, Endpoint& endpoint) {
  auto url = node.text();
  if (!url) return url.error();
  auto parsed = parse_url(*url);
  if (!parsed) return node.problem(parsed.error().message, parsed.error().hint);
  endpoint = std::move(*parsed);
  return {};
}

Result<void> read_client_files(const Node& node, const Scenario& scenario, TargetSection& target) {
  return config::read_fields(
      node, {{"certificate", Presence::required,
              [&](const Node& n) { return store(target.certificate, read_path(n, scenario)); }},
             {"key", Presence::required,
              [&](const Node& n) { return store(target.key, read_path(n, scenario)); }}});
}

Result<void> read_target(const Node& node, Scenario& scenario) {
  TargetSection target;
  const auto refuse_descriptor = [](const Node& n) -> Result<void> {
    return usage_problem("\"descriptor\" is not available in this version", n.key_where(),
                         "write for example target: {url: \"tls://host:8883\", trust: ca.pem}");
  };
  auto read = config::read_fields(
      node,
      {{"descriptor", Presence::optional, refuse_descriptor},
       {"url", Presence::optional, [&](const Node& n) { return read_url(n, target.endpoint); }},
       {"trust", Presence::optional,
        [&](const Node& n) { return store(target.trust, read_path(n, scenario)); }},
       {"client", Presence::optional,
        [&](const Node& n) { return read_client_files(n, scenario, target); }}});
  if (!read) return read.error();
  // Not "required" in the table, so that a descriptor is refused by its own name.
  if (target.endpoint.port == 0) return node.problem("\"url\" is missing in \"target\"");
  if (!uses_tls(target.endpoint.transport) &&
      !(target.trust.empty() && target.certificate.empty())) {
    return node.problem(
        fmt::format("the target {} has no TLS, so \"trust\" and \"client\" do not apply",
                    target.endpoint.url()),
        "remove them, or use a tls:// or wss:// URL");
  }
  scenario.target = std::move(target);
  return {};
}

Result<void> read_checks(const Node& node, const Known& known, Scenario& scenario) {
  if (scenario.target && scenario.target->endpoint.transport == Transport::dtls) {
    return usage_problem("checks do not speak DTLS", node.key_where(),
                         "remove \"checks\": fleets do");
  }
  ChecksSection checks;
  const auto read_groups = [&](const Node& n) -> Result<void> {
    if (auto names = store(checks.groups, words(n)); !names) return names;
    for (const auto& item : n.items()) {
      if (auto group = read_known(item, "check group", known.check_groups); !group)
        return group.error();
    }
    return {};
  };
  auto read = config::read_fields(node, {{"groups", Presence::required, read_groups},
                                         {"core", Presence::optional, [&](const Node& n) {
                                            return store(checks.core, n.boolean());
                                          }}});
  if (!read) return read.error();
  scenario.checks = std::move(checks);
  return {};
}

Result<void> read_fleets(const Node& node, Scenario& scenario) {
  auto map = config::Map::of(node);
  if (!map) return map.error();
  for (const auto& [name, value] : map->entries()) {
    if (auto named = detail::check_name(name, "fleet name", value.key_where()); !named)
      return named;
    if (name == "checks") {
      return usage_problem("a fleet cannot be called \"checks\"", value.key_where(),
                           "thresholds use that word for the checks");
    }
    auto fleet = detail::read_fleet(value, scenario);
    if (!fleet) return fleet.error();
    scenario.fleets.push_back(std::move(*fleet));
  }
  if (scenario.fleets.empty())
    return node.problem("\"fleets\" holds no fleet", "leave it out, or describe one");
  return {};
}

Result<void> read_thresholds(const Node& node, Scenario& scenario) {
  auto items = node.list();
  if (!items) return items.error();
  for (const auto& item : *items) {
    auto text = item.text();
    if (!text) return text.error();
    auto threshold = parse_threshold(*text);
    if (!threshold) return item.problem(threshold.error().message, threshold.error().hint);
    if (auto possible = detail::check_threshold(*threshold, item, scenario); !possible)
      return possible;
    scenario.thresholds.push_back(std::move(*threshold));
  }
  return {};
}

Result<void> read_reports(const Node& node, Scenario& scenario) {
  constexpr std::array all_reports{Report::terminal, Report::json, Report::junit, Report::html,
                                   Report::markdown, Report::csv,  Report::hlog};
  std::vector<std::string> names_of_reports;
  for (auto report : all_reports) names_of_reports.emplace_back(to_string(report));
  if (auto names = words(node); !names) return names.error();
  scenario.reports.clear();
  for (const auto& item : node.items()) {
    auto name = word(item, "report", names_of_reports, {});
    if (!name) return name.error();
    for (auto report : all_reports) {
      if (to_string(report) == *name) scenario.reports.push_back(report);
    }
  }
  return {};
}

Result<void> read_format(const Node& node) {
  auto format = node.integer();
  if (!format) return format.error();
  if (*format == 1) return {};
  return node.problem(fmt::format("scenario format {} is not known", *format),
                      "this version reads format 1: handfast: 1");
}

/// The sections, as nodes: they are read in the order of their dependencies, not of the file.
struct Sections {
  std::optional<Node> pki, broker, target, checks, fleets, timeline, thresholds;
};

Result<Sections> read_top(const Node& document, Scenario& scenario) {
  Sections sections;
  const auto keep = [](std::optional<Node>& slot) {
    return [&slot](const Node& n) -> Result<void> {
      slot = n;
      return {};
    };
  };
  const auto read_name = [&](const Node& n) -> Result<void> {
    if (auto name = store(scenario.name, n.text()); !name) return name;
    return detail::check_name(scenario.name, "name", n.where());
  };
  auto read = config::read_fields(
      document,
      {{"handfast", Presence::required, read_format},
       {"name", Presence::required, read_name},
       {"summary", Presence::optional,
        [&](const Node& n) { return store(scenario.summary, n.text()); }},
       {"seed", Presence::optional,
        [&](const Node& n) { return store(scenario.seed, n.integer(0, INT64_MAX)); }},
       {"pki", Presence::optional, keep(sections.pki)},
       {"broker", Presence::optional, keep(sections.broker)},
       {"target", Presence::optional, keep(sections.target)},
       {"checks", Presence::optional, keep(sections.checks)},
       {"fleets", Presence::optional, keep(sections.fleets)},
       {"timeline", Presence::optional, keep(sections.timeline)},
       {"thresholds", Presence::optional, keep(sections.thresholds)},
       {"reports", Presence::optional, [&](const Node& n) { return read_reports(n, scenario); }}});
  if (!read) return read.error();
  return sections;
}

/// What the sections contradict each other in.
Result<void> check_sections(const Sections& sections, const Node& document) {
  if (sections.broker && sections.target) {
    return usage_problem("both \"broker\" and \"target\"", sections.target->key_where(),
                         "keep broker to start one here, or target to reach one that runs");
  }
  if (!sections.broker && !sections.target) {
    return document.problem("neither \"broker\" nor \"target\"",
                            "write for example broker: {driver: mosquitto, listeners: [tls]}");
  }
  if (!sections.checks && !sections.fleets) {
    return document.problem("nothing to do: neither \"checks\" nor \"fleets\"");
  }
  return {};
}

Result<void> check_certificates(const Sections& sections, const Scenario& scenario) {
  if (!scenario.broker || scenario.pki) return {};
  for (auto listener : scenario.broker->listeners) {
    if (!uses_tls(listener.transport)) continue;
    return sections.broker->problem(
        fmt::format("listener \"{}\" needs a certificate, but there is no \"pki\"",
                    to_string(listener)),
        "write for example pki: {preset: emqx-two-tier}");
  }
  return {};
}

Result<Scenario> read_document(const Node& document, const std::string& file, const Known& known,
                               bool broker_elsewhere) {
  Scenario scenario;
  scenario.file = file;
  auto sections = read_top(document, scenario);
  if (!sections) return sections.error();
  if (broker_elsewhere) sections->broker.reset();
  if (auto fit = check_sections(*sections, document); !fit) return fit.error();
  const auto run = [](const std::optional<Node>& node, const auto& reader) -> Result<void> {
    if (!node) return {};
    return reader(*node);
  };
  // Each section is checked against those above it.
  auto done = run(sections->pki, [&](const Node& n) { return read_pki(n, known, scenario); });
  if (done)
    done = run(sections->broker, [&](const Node& n) { return read_broker(n, known, scenario); });
  if (done) done = run(sections->target, [&](const Node& n) { return read_target(n, scenario); });
  if (done) done = check_certificates(*sections, scenario);
  if (done)
    done = run(sections->checks, [&](const Node& n) { return read_checks(n, known, scenario); });
  if (done) done = run(sections->fleets, [&](const Node& n) { return read_fleets(n, scenario); });
  if (done)
    done = run(sections->timeline,
               [&](const Node& n) { return detail::read_timeline(n, known, scenario); });
  if (done)
    done = run(sections->thresholds, [&](const Node& n) { return read_thresholds(n, scenario); });
  if (!done) return done.error();
  return scenario;
}

/// An override must not invent a fleet: what looks like one is a mistyped name.
Result<void> check_override(const Node& document, const Override& change) {
  const auto parts = split(change.path, '.');
  if (parts.size() < 2 || parts[0] != "fleets") return {};
  auto top = config::Map::of(document);
  auto section = top ? top->find("fleets") : std::nullopt;
  auto fleets = section ? config::Map::of(*section) : Result<config::Map>(Problem{});
  std::vector<std::string> names;
  if (fleets) {
    for (const auto& [name, value] : fleets->entries()) names.push_back(name);
  }
  if (std::find(names.begin(), names.end(), parts[1]) != names.end()) return {};
  return usage_problem(fmt::format("there is no fleet \"{}\"", printable(parts[1], 60)),
                       "--set " + printable(change.path), suggest(printable(parts[1], 60), names));
}

Result<Scenario> read_changed(Node document, const std::string& file, const Known& known,
                              const std::vector<Override>& overrides) {
  for (const auto& change : overrides) {
    if (auto fits = check_override(document, change); !fits) return fits.error();
    auto changed = config::with_override(document, change.path, change.value);
    if (!changed) return changed.error();
    document = std::move(*changed);
  }
  const bool elsewhere = std::ranges::any_of(overrides, &Override::replaces_broker);
  return read_document(document, file, known, elsewhere);
}

}  // namespace

Result<Override> parse_override(std::string_view text) {
  const auto at = text.find('=');
  if (at == std::string_view::npos || at == 0) {
    return usage_problem(fmt::format("\"{}\" is not path=value", printable(text, 80)), "--set",
                         "write for example --set fleets.sensors.clients=100");
  }
  return Override{std::string(text.substr(0, at)), std::string(text.substr(at + 1))};
}

Result<Scenario> read(std::string_view text, const std::string& file, const Known& known,
                      const std::vector<Override>& overrides) {
  auto document = config::parse_yaml(text, file);
  if (!document) return document.error();
  return read_changed(std::move(*document), file, known, overrides);
}

Result<Scenario> load(const std::filesystem::path& path, const Known& known,
                      const std::vector<Override>& overrides) {
  auto document = config::load_yaml(path);
  if (!document) return document.error();
  return read_changed(std::move(*document), path.string(), known, overrides);
}

}  // namespace handfast::scenario
