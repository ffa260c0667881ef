// What single keys cannot show: things that are each fine and do not go together.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.hpp"
#include "harness/scenario/detail/read.hpp"
#include "harness/scenario/load.hpp"

namespace handfast::scenario::detail {

namespace {

using config::Node;

/// A fleet under test with the nodes that its problems point at.
class FleetCheck {
 public:
  FleetCheck(const Fleet& fleet, const Node& node, const Scenario& scenario)
      : fleet_(fleet), node_(node), scenario_(scenario), listener_(to_string(fleet.listener)) {}

  Result<void> run() const {
    auto done = listener_exists();
    if (done) done = tls_applies();
    if (done) done = check_dtls(fleet_, node_);
    if (done) done = origin_applies();
    if (done) done = suites_fit_versions();
    if (done) done = check_tls(fleet_, node_);
    if (done) done = identity_fits();
    if (done) done = enough_identities();
    if (done) done = trust_exists();
    if (done) done = clients_are_distinct();
    if (done) done = messages_start_on_schedule();
    if (done) done = holds_once_each();
    if (done) done = places_have_clients();
    if (done) done = periodic_lets_go();
    if (done) done = search_lets_go();
    return done;
  }

 private:
  /// The node at `path` below the fleet; the fleet's own when it is absent.
  Node at(std::initializer_list<std::string_view> path) const {
    Node found = node_;
    for (const auto key : path) {
      auto map = config::Map::of(found);
      auto next = map ? map->find(key) : std::nullopt;
      if (!next) return node_;
      found = *next;
    }
    return found;
  }

  Result<void> listener_exists() const {
    if (scenario_.target) {
      const auto& endpoint = scenario_.target->endpoint;
      if (endpoint.transport == fleet_.listener.transport) return {};
      return at({"listener"})
          .problem(
              fmt::format("listener \"{}\" does not fit the target {}", listener_, endpoint.url()),
              "leave it out");
    }
    const auto& listeners = scenario_.broker->listeners;
    if (std::find(listeners.begin(), listeners.end(), fleet_.listener) != listeners.end())
      return {};
    std::vector<std::string> names;
    for (auto kind : listeners) names.push_back(to_string(kind));
    return at({"listener"})
        .problem(fmt::format("the broker has no listener \"{}\"", listener_),
                 "broker.listeners has: " + join(names, ", "));
  }

  Result<void> tls_applies() const {
    if (!fleet_.tls || uses_tls(fleet_.listener.transport)) return {};
    return usage_problem(fmt::format("\"tls\" does not apply to listener \"{}\"", listener_),
                         at({"tls"}).key_where(), "remove it, or use the listener tls or wss");
  }

  Result<void> origin_applies() const {
    if (fleet_.origin.empty() || uses_websocket(fleet_.listener.transport)) return {};
    return usage_problem(fmt::format("\"origin\" does not apply to listener \"{}\"", listener_),
                         at({"origin"}).where(), "remove it, or use the listener ws or wss");
  }

  Result<void> suites_fit_versions() const {
    if (!fleet_.tls) return {};
    if (!fleet_.tls->cipher_suites.empty() && fleet_.tls->max_version != tls::Version::tls1_3) {
      return at({"tls", "cipher_suites"})
          .problem("\"cipher_suites\" are of TLS 1.3, which \"versions\" leaves out",
                   "use \"ciphers\"");
    }
    if (!fleet_.tls->ciphers.empty() && fleet_.tls->min_version == tls::Version::tls1_3) {
      return at({"tls", "ciphers"})
          .problem("\"ciphers\" are of TLS 1.2, which \"versions\" leaves out",
                   "use \"cipher_suites\"");
    }
    return {};
  }

  Result<void> identity_fits() const {
    const bool has_psk = fleet_.tls && fleet_.tls->psk;
    if (fleet_.identity.empty()) {
      if (has_psk || !fleet_.listener.two_way ||
          (scenario_.target && !scenario_.target->certificate.empty()))
        return {};
      return at({"listener"})
          .problem(
              fmt::format(
                  "listener \"{}\" wants a client certificate, but the fleet has no \"identity\"",
                  listener_),
              scenario_.target ? "name a fleet of the PKI, or give the target a \"client\""
                               : "name a fleet of the PKI, for example identity: devices");
    }
    const auto place = at({"identity"});
    if (!uses_tls(fleet_.listener.transport)) {
      return place.problem(
          fmt::format("listener \"{}\" has no TLS, so \"identity\" is never shown", listener_),
          "remove it");
    }
    if (!fleet_.listener.two_way && scenario_.broker) {
      return place.problem(
          fmt::format("listener \"{}\" asks for no certificate, so \"identity\" is never shown",
                      listener_),
          fmt::format("remove it, or use the listener {}-two-way", listener_));
    }
    if (!scenario_.pki) {
      return place.problem("\"identity\" names a fleet of the PKI, but there is no \"pki\"",
                           "write for example pki: {preset: emqx-two-tier}");
    }
    return {};
  }

  Result<void> enough_identities() const {
    if (fleet_.identity.empty() || !scenario_.pki_contents) return {};
    std::vector<std::string> names;
    for (const auto& candidate : scenario_.pki_contents->fleets) {
      names.push_back(candidate.name);
      if (candidate.name != fleet_.identity) continue;
      if (candidate.count >= fleet_.clients) return {};
      return at({"clients"})
          .problem(fmt::format("{} clients, but the PKI fleet \"{}\" has {} identities",
                               fleet_.clients, candidate.name, candidate.count),
                   fmt::format("set clients to {} or less, or raise its count in the PKI",
                               candidate.count));
    }
    const auto shown = printable(fleet_.identity, 60);
    return at({"identity"})
        .problem(fmt::format("the PKI has no fleet \"{}\"", shown), suggest(shown, names));
  }

  Result<void> trust_exists() const {
    if (!uses_tls(fleet_.listener.transport)) return {};
    const auto trust = fleet_.tls ? fleet_.tls->trust : std::vector<std::string>{};
    const bool verify = !fleet_.tls || (fleet_.tls->verify && !fleet_.tls->psk);
    if (trust.empty()) {
      if (scenario_.pki || !verify || (scenario_.target && !scenario_.target->trust.empty()))
        return {};
      return node_.problem("nothing says which trust anchor verifies the target",
                           "give the target a \"trust\" file");
    }
    const auto place = at({"tls", "trust"});
    if (!scenario_.pki) {
      return place.problem("\"trust\" names a bundle of the PKI, but there is no \"pki\"",
                           "give the target a \"trust\" file instead");
    }
    if (!scenario_.pki_contents) return {};
    auto names = scenario_.pki_contents->bundles;
    names.insert(names.end(), scenario_.pki_contents->authorities.begin(),
                 scenario_.pki_contents->authorities.end());
    for (const auto& name : trust) {
      if (std::find(names.begin(), names.end(), name) != names.end()) continue;
      const auto shown = printable(name, 60);
      return place.problem(fmt::format("the PKI has no bundle or authority \"{}\"", shown),
                           suggest(shown, names));
    }
    return {};
  }

  bool has_own_id() const {
    const auto& id = fleet_.mqtt.client_id;
    return id.find("{i}") != std::string::npos || id.find("{n}") != std::string::npos;
  }

  Result<void> clients_are_distinct() const {
    if (fleet_.clients == 1 || has_own_id()) return {};
    // MQTT 5.0 section 3.1.4 [MQTT-3.1.4-3]: a second connection with the same identifier ends the
    // first.
    return at({"mqtt", "client_id"})
        .problem(
            fmt::format(
                "{} clients would share one client identifier and end each other's connections",
                fleet_.clients),
            "put {i} into \"client_id\"");
  }

  Result<void> messages_start_on_schedule() const {
    if (!fleet_.closed || !exchanges_messages(fleet_.behaviour)) return {};
    return at({"load", "model"})
        .problem(fmt::format("behaviour {} needs the load model open", to_string(fleet_.behaviour)),
                 "write for example load: {stages: [{rate: 100/s, for: 1s}]}");
  }

  Result<void> holds_once_each() const {
    if (loadgen::comes_and_goes(fleet_.behaviour) || fleet_.closed || fleet_.periodic ||
        fleet_.search)
      return {};
    const auto starts = *planned_starts(fleet_);
    if (starts <= fleet_.clients) return {};
    return at({"load", "stages"})
        .problem(fmt::format("the stages start {} connections, but the fleet holds one for each of "
                             "its {} clients",
                             starts, fleet_.clients),
                 fmt::format("raise clients to {}, or shorten the stages", starts));
  }

  /// Each place of a closed loop goes round clients of its own, so that no client is connected
  /// twice.
  Result<void> places_have_clients() const {
    if (!fleet_.closed || fleet_.closed->in_flight <= fleet_.clients) return {};
    return at({"load", "in_flight"})
        .problem(fmt::format("{} connections in flight, but the fleet has {} clients",
                             fleet_.closed->in_flight, fleet_.clients),
                 fmt::format("raise clients to {}, or lower in_flight", fleet_.closed->in_flight));
  }

  Result<void> periodic_lets_go() const {
    if (!fleet_.periodic || loadgen::comes_and_goes(fleet_.behaviour)) return {};
    return at({"load", "model"})
        .problem("a client that connects once a period cannot keep its connection",
                 "use connect-and-drop, or an open loop");
  }

  Result<void> search_lets_go() const {
    if (!fleet_.search || loadgen::comes_and_goes(fleet_.behaviour)) return {};
    return at({"load", "model"})
        .problem("a search needs connections that come and go",
                 "use behaviour: connect-and-drop or handshake");
  }

  const Fleet& fleet_;
  const Node& node_;
  const Scenario& scenario_;
  std::string listener_;
};

/// Why a fleet can have no samples of a metric; empty when it can.
std::string missing_for(Needs needs, const Fleet& fleet, const Scenario& scenario) {
  const auto transport = fleet.listener.transport;
  const auto other_transport = [&] { return "connects over " + std::string(to_string(transport)); };
  switch (needs) {
    case Needs::nothing:
      return {};
    case Needs::tls:
      return uses_tls(transport) ? "" : other_transport();
    case Needs::dtls:
      return transport == Transport::dtls ? "" : other_transport();
    case Needs::websocket:
      return uses_websocket(transport) ? "" : other_transport();
    case Needs::identity: {
      const bool shown = scenario.target && !scenario.target->certificate.empty();
      return shown || !fleet.identity.empty() ? "" : "has no identity";
    }
    case Needs::publishing:
      // Answers are published too.
      return publishes(fleet.behaviour) || fleet.behaviour == loadgen::Behaviour::respond
                 ? ""
                 : "publishes nothing";
    case Needs::subscribing:
      return hears_others(fleet.behaviour) || hears_itself(fleet.behaviour)
                 ? ""
                 : "subscribes to nothing";
    case Needs::resumption:
      return fleet.tls && fleet.tls->resumption.on() ? "" : "resumes no sessions";
    case Needs::early_data:
      return fleet.tls && fleet.tls->resumption.early_data_share > 0 ? "" : "sends no early data";
    case Needs::reconnect:
      return fleet.lifecycle.reconnect ? "" : "reconnects nobody";
    case Needs::takeover:
      return fleet.behaviour == loadgen::Behaviour::takeover ? "" : "takes nothing over";
    case Needs::half_open:
      return fleet.lifecycle.half_open ? "" : "has no half-open clients";
    case Needs::bad_chains:
      return fleet.lifecycle.bad_chains ? "" : "has no bad chains";
  }
  return {};
}

/// The same for phases that the fleet's behaviour never gets to.
std::string missing_for(const Metric& metric, const Fleet& fleet, const Scenario& scenario) {
  const bool above_tls =
      metric.phase == stats::Phase::connack || metric.phase == stats::Phase::upgrade;
  if (above_tls && fleet.behaviour == loadgen::Behaviour::handshake)
    return "ends with the TLS handshake";
  return missing_for(metric.needs, fleet, scenario);
}

}  // namespace

Result<void> check_fleet(const Fleet& fleet, const Node& node, const Scenario& scenario) {
  auto done = FleetCheck(fleet, node, scenario).run();
  return done ? check_lifecycle(fleet, node, scenario) : done;
}

Result<void> check_threshold(const Threshold& threshold, const Node& node,
                             const Scenario& scenario) {
  const auto& metric = *threshold.metric;
  if (metric.scope == Scope::checks) {
    if (scenario.checks) return {};
    return node.problem(fmt::format("threshold \"{}\" has no samples: there are no \"checks\"",
                                    printable(threshold.expression, 80)));
  }
  const auto* fleet = scenario.fleet(threshold.fleet);
  if (fleet == nullptr) {
    std::vector<std::string> names;
    for (const auto& candidate : scenario.fleets) names.push_back(candidate.name);
    const auto shown = printable(threshold.fleet, 60);
    return node.problem(fmt::format("there is no fleet \"{}\"", shown), suggest(shown, names));
  }
  const auto why = missing_for(metric, *fleet, scenario);
  if (why.empty()) return {};
  return node.problem(
      fmt::format("\"{}\" has no samples: fleet \"{}\" {}", metric.name, fleet->name, why));
}

}  // namespace handfast::scenario::detail
