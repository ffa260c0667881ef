// One fleet of a scenario: who connects, over what, how often.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "harness/scenario/detail/read.hpp"

namespace handfast::scenario::detail {

namespace {

using config::Node;
using config::Presence;
using config::store;
using namespace std::chrono_literals;

constexpr std::int64_t max_clients = 1'000'000;
constexpr double max_rate_per_s = 1'000'000;
constexpr std::size_t longest_role = 40;
constexpr std::size_t longest_origin = 200;

Result<void> read_versions(const Node& node, TlsOptions& tls) {
  if (auto names = words(node); !names) return names.error();
  bool tls12 = false;
  bool tls13 = false;
  for (const auto& item : node.items()) {
    auto version = word(item, "TLS version", {"1.2", "1.3"});
    if (!version) return version.error();
    (*version == "1.2" ? tls12 : tls13) = true;
  }
  tls.min_version = tls12 ? tls::Version::tls1_2 : tls::Version::tls1_3;
  tls.max_version = tls13 ? tls::Version::tls1_3 : tls::Version::tls1_2;
  return {};
}

Result<void> read_suites(const Node& node, std::vector<std::string>& out, bool tls13) {
  if (auto names = store(out, words(node)); !names) return names;
  for (const auto& item : node.items()) {
    auto name = item.text();
    if (!name) return name.error();
    if (name->starts_with("TLS_") == tls13) continue;
    return item.problem(
        fmt::format("\"{}\" is no name of a TLS {} cipher suite", printable(*name, 60),
                    tls13 ? "1.3" : "1.2"),
        tls13 ? "write for example TLS_AES_128_GCM_SHA256; TLS 1.2 suites go to \"ciphers\""
              : "write for example ECDHE-ECDSA-AES128-GCM-SHA256; TLS 1.3 suites go to "
                "\"cipher_suites\"");
  }
  return {};
}

Result<void> read_tls(const Node& node, TlsOptions& tls) {
  const auto read_resumption = [](const Node& n) -> Result<void> {
    auto kind = word(n, "resumption", {"none"}, {"tickets", "early-data"});
    if (!kind) return kind.error();
    return {};
  };
  return config::read_fields(
      node,
      {{"versions", Presence::optional, [&](const Node& n) { return read_versions(n, tls); }},
       {"groups", Presence::optional, [&](const Node& n) { return store(tls.groups, words(n)); }},
       {"cipher_suites", Presence::optional,
        [&](const Node& n) { return read_suites(n, tls.cipher_suites, true); }},
       {"ciphers", Presence::optional,
        [&](const Node& n) { return read_suites(n, tls.ciphers, false); }},
       {"signature_algorithms", Presence::optional,
        [&](const Node& n) { return store(tls.signature_algorithms, words(n)); }},
       {"resumption", Presence::optional, read_resumption},
       {"trust", Presence::optional, [&](const Node& n) { return store(tls.trust, n.text()); }},
       {"server_name", Presence::optional,
        [&](const Node& n) { return store(tls.server_name, n.text()); }},
       {"verify", Presence::optional,
        [&](const Node& n) { return store(tls.verify, n.boolean()); }},
       {"strict", Presence::optional,
        [&](const Node& n) { return store(tls.strict, n.boolean()); }}});
}

Result<void> read_keep_alive(const Node& node, MqttOptions& mqtt) {
  auto value = node.duration();
  if (!value) return value.error();
  // MQTT 5.0 section 3.1.2.10: a two byte integer of seconds.
  if (*value > 65535s || *value % 1s != 0s) {
    return node.problem(fmt::format("\"keep_alive\" must be whole seconds up to 65535s, not {}",
                                    exact_duration(*value)));
  }
  mqtt.keep_alive = std::chrono::duration_cast<std::chrono::seconds>(*value);
  return {};
}

Result<void> read_client_id(const Node& node, MqttOptions& mqtt) {
  auto text = node.text();
  if (!text) return text.error();
  if (text->empty() || text->size() > 128)
    return node.problem("\"client_id\" must have 1 to 128 bytes");
  for (auto at = text->find('{'); at != std::string::npos; at = text->find('{', at + 1)) {
    const auto rest = std::string_view(*text).substr(at);
    if (rest.starts_with("{i}") || rest.starts_with("{fleet}")) continue;
    return node.problem(fmt::format("\"client_id\" has the unknown placeholder \"{}\"",
                                    printable(rest.substr(0, rest.find('}') + 1), 40)),
                        "one of: {fleet}, {i}");
  }
  mqtt.client_id = std::move(*text);
  return {};
}

Result<void> read_mqtt(const Node& node, MqttOptions& mqtt) {
  const auto read_version = [&](const Node& n) -> Result<void> {
    auto version = word(n, "MQTT version", {"3.1.1", "4", "5"});
    if (!version) return version.error();
    mqtt.level = *version == "5" ? 5 : 4;
    return {};
  };
  return config::read_fields(
      node,
      {{"version", Presence::optional, read_version},
       {"keep_alive", Presence::optional, [&](const Node& n) { return read_keep_alive(n, mqtt); }},
       {"client_id", Presence::optional, [&](const Node& n) { return read_client_id(n, mqtt); }}});
}

/// "100/s" or "100/s..1000/s".
Result<void> read_rate(const Node& node, loadgen::Stage& stage) {
  auto text = node.text();
  if (!text) return text.error();
  const auto dots = text->find("..");
  const auto located = [&](Problem problem) {
    problem.where = node.where();
    return with_context(std::move(problem), node.name());
  };
  auto from = parse_rate(trim(std::string_view(*text).substr(0, dots)));
  if (!from) return located(from.error());
  auto to =
      dots == std::string::npos ? from : parse_rate(trim(std::string_view(*text).substr(dots + 2)));
  if (!to) return located(to.error());
  if (std::max(*from, *to) > max_rate_per_s) {
    return node.problem(
        fmt::format("rate \"{}\" is above {}/s", printable(*text, 60), max_rate_per_s));
  }
  if (std::max(*from, *to) <= 0) {
    return node.problem(fmt::format("rate \"{}\" starts nothing", printable(*text, 60)),
                        "write for example 100/s or 0/s..100/s");
  }
  stage.from = *from;
  stage.to = *to;
  return {};
}

Result<void> read_span(const Node& node, Nanos& out, Nanos min, Nanos max) {
  auto value = node.duration();
  if (!value) return value.error();
  if (*value < min || *value > max) {
    return node.problem(fmt::format("\"{}\" must be {} to {}, not {}", node.name(),
                                    exact_duration(min), exact_duration(max),
                                    exact_duration(*value)));
  }
  out = *value;
  return {};
}

Result<void> read_stages(const Node& node, Fleet& fleet) {
  auto items = node.list();
  if (!items) return items.error();
  for (const auto& item : *items) {
    loadgen::Stage stage;
    auto read = config::read_fields(
        item, {{"rate", Presence::required, [&](const Node& n) { return read_rate(n, stage); }},
               {"for", Presence::required,
                [&](const Node& n) { return read_span(n, stage.duration, 1ms, 24h); }}});
    if (!read) return read.error();
    fleet.stages.push_back(stage);
  }
  if (total_starts(fleet.stages) >= 1) return {};
  return node.problem("the stages start no connection",
                      "write for example [{rate: 100/s, for: 5s}]");
}

Result<void> read_load(const Node& node, Fleet& fleet) {
  const auto read_model = [](const Node& n) -> Result<void> {
    auto model = word(n, "load model", {"open"}, {"closed"});
    if (!model) return model.error();
    return {};
  };
  return config::read_fields(
      node, {{"model", Presence::optional, read_model},
             {"stages", Presence::required, [&](const Node& n) { return read_stages(n, fleet); }},
             {"max_in_flight", Presence::optional,
              [&](const Node& n) { return store(fleet.max_in_flight, n.integer(1, 1'000'000)); }},
             {"deadline", Presence::optional,
              [&](const Node& n) { return read_span(n, fleet.deadline, 1ms, 10min); }}});
}

Result<void> read_behaviour(const Node& node, Fleet& fleet) {
  auto name = word(node, "behaviour", {"connect-and-drop", "hold"},
                   {"publish", "subscribe", "echo", "reconnect"});
  if (!name) return name.error();
  fleet.behaviour =
      *name == "hold" ? loadgen::Behaviour::hold : loadgen::Behaviour::connect_and_drop;
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
std::string default_trust(const Scenario& scenario) {
  if (!scenario.pki || (scenario.target && !scenario.target->trust.empty())) return {};
  // Issuers stand before those they issue, so the first one is a root.
  const bool known = scenario.pki_contents && !scenario.pki_contents->authorities.empty();
  return known ? scenario.pki_contents->authorities.front() : "root";
}

}  // namespace

Result<Fleet> read_fleet(const Node& node, const Scenario& scenario) {
  Fleet fleet;
  fleet.name = node.name();
  std::optional<ListenerKind> listener;
  auto read = config::read_fields(
      node,
      {{"listener", Presence::optional,
        [&](const Node& n) { return store(listener, read_listener(n)); }},
       {"role", Presence::optional,
        [&](const Node& n) { return read_label(n, fleet.role, longest_role); }},
       {"proxy_protocol", Presence::optional,
        [&](const Node& n) { return read_proxy_protocol(n, fleet); }},
       {"origin", Presence::optional,
        [&](const Node& n) { return read_label(n, fleet.origin, longest_origin); }},
       {"clients", Presence::required,
        [&](const Node& n) { return store(fleet.clients, n.integer(1, max_clients)); }},
       {"identity", Presence::optional,
        [&](const Node& n) { return store(fleet.identity, n.text()); }},
       {"tls", Presence::optional, [&](const Node& n) { return read_tls(n, fleet.tls.emplace()); }},
       {"mqtt", Presence::optional, [&](const Node& n) { return read_mqtt(n, fleet.mqtt); }},
       {"behaviour", Presence::optional, [&](const Node& n) { return read_behaviour(n, fleet); }},
       {"load", Presence::required, [&](const Node& n) { return read_load(n, fleet); }}});
  if (!read) return read.error();
  if (!listener) {
    if (auto chosen = store(listener, default_listener(node, scenario, fleet)); !chosen)
      return chosen.error();
  }
  fleet.listener = *listener;
  if (auto fits = check_fleet(fleet, node, scenario); !fits) return fits.error();
  if (uses_tls(fleet.listener.transport)) {
    if (!fleet.tls) fleet.tls.emplace();
    if (fleet.tls->trust.empty()) fleet.tls->trust = default_trust(scenario);
  }
  return fleet;
}

}  // namespace handfast::scenario::detail
