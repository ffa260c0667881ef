// One fleet of a scenario: who connects, over what, how often.
#include <fmt/format.h>

#include <algorithm>

#include "harness/scenario/detail/fleet_parts.hpp"
#include "harness/scenario/detail/read.hpp"

namespace handfast::scenario::detail {

namespace {

using config::Node;
using config::Presence;
using config::store;

constexpr std::int64_t max_clients = 1'000'000;
constexpr std::size_t longest_role = 40;
constexpr std::size_t longest_origin = 200;

Result<void> read_behaviour(const Node& node, Fleet& fleet) {
  std::vector<std::string> names;
  for (const auto behaviour : behaviours) names.emplace_back(to_string(behaviour));
  auto name = word(node, "behaviour", names, {"reconnect"});
  if (!name) return name.error();
  fleet.behaviour = *std::ranges::find(
      behaviours, *name, [](loadgen::Behaviour behaviour) { return to_string(behaviour); });
  return {};
}

/// One line for people: it stands in tables of reports.
Result<void> read_label(const Node& node, std::string& out, std::size_t longest) {
  auto text = node.text();
  if (!text) return text.error();
  const bool plain = std::ranges::none_of(
      *text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (text->empty() || text->size() > longest || !plain) {
    return node.problem(fmt::format("\"{}\" must have 1 to {} bytes and no control characters",
                                    node.name(), longest));
  }
  out = std::move(*text);
  return {};
}

Result<void> read_proxy_protocol(const Node& node, Fleet& fleet) {
  auto version = word(node, "PROXY protocol", {"v1", "v2"});
  if (!version) return version.error();
  return store(fleet.proxy_protocol, proxy::parse_version(*version));
}

/// What the fleet connects to when it does not say: the only choice there is.
Result<ListenerKind> default_listener(const Node& node, const Scenario& scenario,
                                      const Fleet& fleet) {
  if (scenario.target) {
    const bool shows = !fleet.identity.empty() || !scenario.target->certificate.empty();
    const auto transport = scenario.target->endpoint.transport;
    return ListenerKind{transport, uses_tls(transport) && shows};
  }
  return node.problem(fmt::format("\"listener\" is missing in \"{}\"", node.name()));
}

/// The anchor of the scenario's PKI, where the fleet names none.
std::vector<std::string> default_trust(const Scenario& scenario) {
  if (!scenario.pki || (scenario.target && !scenario.target->trust.empty())) return {};
  // Issuers stand before those they issue, so the first one is a root.
  const bool known = scenario.pki_contents && !scenario.pki_contents->authorities.empty();
  return {known ? scenario.pki_contents->authorities.front() : "root"};
}

}  // namespace

Result<Fleet> read_fleet(const Node& node, const Scenario& scenario) {
  Fleet fleet;
  fleet.name = node.name();
  const auto folder = std::filesystem::path(scenario.file).parent_path();
  std::optional<ListenerKind> listener;
  std::optional<Node> messages;  // read last: what it may say depends on the behaviour
  auto read = config::read_fields(
      node,
      {{"listener", Presence::optional,
        [&](const Node& n) { return store(listener, read_listener(n)); }},
       {"role", Presence::optional,
        [&](const Node& n) { return read_label(n, fleet.role, longest_role); }},
       {"proxy_protocol", Presence::optional,
        [&](const Node& n) { return read_proxy_protocol(n, fleet); }},
       {"source", Presence::optional, [&](const Node& n) { return read_source(n, fleet.source); }},
       {"origin", Presence::optional,
        [&](const Node& n) { return read_label(n, fleet.origin, longest_origin); }},
       {"clients", Presence::required,
        [&](const Node& n) { return store(fleet.clients, n.integer(1, max_clients)); }},
       {"identity", Presence::optional,
        [&](const Node& n) { return store(fleet.identity, n.text()); }},
       {"tls", Presence::optional,
        [&](const Node& n) { return read_tls(n, fleet.tls.emplace(), folder); }},
       {"mqtt", Presence::optional,
        [&](const Node& n) { return read_mqtt(n, scenario, fleet.mqtt); }},
       {"behaviour", Presence::optional, [&](const Node& n) { return read_behaviour(n, fleet); }},
       {"messages", Presence::optional,
        [&](const Node& n) { return store(messages, Result<Node>(n)); }},
       {"load", Presence::required, [&](const Node& n) { return read_load(n, fleet); }}});
  if (!read) return read.error();
  if (!listener) {
    if (auto chosen = store(listener, default_listener(node, scenario, fleet)); !chosen)
      return chosen.error();
  }
  fleet.listener = *listener;
  if (messages) {
    if (auto done = read_messages(*messages, scenario, fleet); !done) return done.error();
  }
  if (auto done = check_messages(messages.value_or(node), fleet); !done) return done.error();
  if (auto fits = check_fleet(fleet, node, scenario); !fits) return fits.error();
  if (uses_tls(fleet.listener.transport)) {
    if (!fleet.tls) fleet.tls.emplace();
    if (fleet.tls->trust.empty() && !fleet.tls->psk) fleet.tls->trust = default_trust(scenario);
  }
  return fleet;
}

}  // namespace handfast::scenario::detail
