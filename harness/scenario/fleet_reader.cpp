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
  auto name = word(node, "behaviour", names);
  if (!name) return name.error();
  fleet.behaviour = *std::ranges::find(
      behaviours, *name, [](loadgen::Behaviour behaviour) { return to_string(behaviour); });
  return {};
}

/// The back-off has defaults, so a fleet that reconnects need not say how.
void default_reconnect(Fleet& fleet) {
  auto& options = fleet.lifecycle;
  const bool comes_back =
      fleet.behaviour == loadgen::Behaviour::reconnect || options.on_drop_reconnect;
  if (comes_back && !options.reconnect) options.reconnect.emplace();
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

/// A storm holds nothing that could be closed gently: its rate goes down to zero instead.
void ramp_down_by_stage(Fleet& fleet) {
  if (fleet.ramp_down <= Nanos(0)) return;
  fleet.stages.push_back({fleet.stages.back().to, 0, fleet.ramp_down});
  fleet.ramp_down = Nanos(0);
}

}  // namespace

Result<Fleet> read_fleet(const Node& node, const Scenario& scenario) {
  Fleet fleet;
  fleet.name = node.name();
  if (scenario.broker) fleet.mqtt.level = scenario.broker->mqtt_level;
  auto& options = fleet.lifecycle;
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
       {"dtls", Presence::optional,
        [&](const Node& n) { return read_dtls(n, fleet.dtls.emplace()); }},
       {"mqtt", Presence::optional,
        [&](const Node& n) { return read_mqtt(n, scenario, fleet.mqtt); }},
       {"behaviour", Presence::optional, [&](const Node& n) { return read_behaviour(n, fleet); }},
       {"close", Presence::optional, [&](const Node& n) { return read_close(n, options.close); }},
       {"on_drop", Presence::optional,
        [&](const Node& n) { return read_on_drop(n, options.on_drop_reconnect); }},
       {"reconnect", Presence::optional,
        [&](const Node& n) { return read_reconnect(n, options.reconnect.emplace()); }},
       {"takeover", Presence::optional,
        [&](const Node& n) { return read_takeover(n, options.takeover.emplace()); }},
       {"half_open", Presence::optional,
        [&](const Node& n) { return read_half_open(n, options.half_open.emplace()); }},
       {"slow_handshake", Presence::optional,
        [&](const Node& n) { return read_slow_handshake(n, options.slow_handshake.emplace()); }},
       {"bad_chains", Presence::optional,
        [&](const Node& n) { return read_bad_chains(n, options.bad_chains.emplace()); }},
       {"messages", Presence::optional,
        [&](const Node& n) { return store(messages, Result<Node>(n)); }},
       {"load", Presence::required,
        [&](const Node& n) { return read_load(n, scenario.seed, fleet); }}});
  if (!read) return read.error();
  if (loadgen::comes_and_goes(fleet.behaviour)) ramp_down_by_stage(fleet);
  if (!listener) {
    if (auto chosen = store(listener, default_listener(node, scenario, fleet)); !chosen)
      return chosen.error();
  }
  fleet.listener = *listener;
  complete_dtls(fleet);
  default_reconnect(fleet);
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
