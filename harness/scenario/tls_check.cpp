// What does not go together in a fleet's "tls" section, and with its behaviour.
#include <fmt/format.h>

#include "harness/scenario/detail/read.hpp"

namespace handfast::scenario::detail {

namespace {

using config::Node;

/// The node of `key` in the section "tls"; the fleet's own when there is none.
Node at_tls(const Node& fleet, std::string_view key) {
  auto map = config::Map::of(fleet);
  auto section = map ? map->find("tls") : std::nullopt;
  if (!section) return fleet;
  auto inner = config::Map::of(*section);
  return (inner ? inner->find(key) : std::nullopt).value_or(*section);
}

Node at_fleet(const Node& fleet, std::string_view key) {
  auto map = config::Map::of(fleet);
  return (map ? map->find(key) : std::nullopt).value_or(fleet);
}

Result<void> check_verification(const TlsOptions& tls, const Node& node) {
  if (tls.verify) return {};
  if (tls.verify_every_time)
    return at_tls(node, "verify_every_time")
        .problem("\"verify: false\" and \"verify_every_time: true\" exclude each other",
                 "remove one of them");
  if (tls.partial_chain)
    return at_tls(node, "partial_chain")
        .problem("\"partial_chain\" says how chains are verified, and \"verify\" is false",
                 "remove one of them");
  return {};
}

Result<void> check_psk(const Fleet& fleet, const Node& node) {
  if (!fleet.tls->psk) return {};
  const auto place = at_tls(node, "psk");
  if (!fleet.identity.empty() || fleet.listener.two_way)
    return place.problem("\"psk\" stands for certificates, and the fleet shows one",
                         "remove \"identity\" and use a one-way listener, or remove \"psk\"");
  if (fleet.tls->strict)
    return place.problem("\"strict\" allows no pre-shared keys", "remove one of them");
  if (fleet.tls->resumption.on())
    return place.problem("\"psk\" and \"resumption\" exclude each other",
                         "a session would replace the key that is to be tried");
  return {};
}

Result<void> check_resumption(const Fleet& fleet, const Node& node) {
  const auto& tls = *fleet.tls;
  const auto& resumption = tls.resumption;
  const auto place = at_tls(node, "resumption");
  const bool tls13 = tls.max_version == tls::Version::tls1_3;
  if (resumption.kind == loadgen::ResumptionKind::session_ids && tls13)
    return place.problem("session identifiers are of TLS 1.2, and \"versions\" allows TLS 1.3",
                         "add versions: [1.2], or use tickets");
  if (resumption.early_data_share <= 0) return {};
  if (resumption.kind != loadgen::ResumptionKind::tickets || !tls13)
    return place.problem("\"early_data\" needs tickets of TLS 1.3");
  if (uses_websocket(fleet.listener.transport))
    return place.problem("\"early_data\" carries CONNECT, which wss sends after the upgrade",
                         "use the listener tls");
  if (fleet.behaviour == loadgen::Behaviour::handshake)
    return place.problem("\"early_data\" carries CONNECT, which behaviour handshake does not send",
                         "use connect-and-drop");
  return {};
}

Result<void> check_engine(const TlsOptions& tls, const Node& node) {
  if (tls.engine == EngineWish::libssl && tls.key_shares != tls::KeyMode::fresh)
    return at_tls(node, "key_shares")
        .problem("libssl makes a fresh key share for every handshake", "add engine: native");
  if (tls.engine == EngineWish::native && tls.versions_chosen &&
      tls.min_version != tls::Version::tls1_3)
    return at_tls(node, "versions")
        .problem("engine native speaks TLS 1.3 alone", "write versions: [1.3], or engine: auto");
  if (tls.key_shares == tls::KeyMode::fresh || !tls.strict) return {};
  return at_tls(node, "key_shares")
      .problem("\"strict\" allows fresh key shares alone", "remove one of them");
}

Result<void> check_handshake(const Fleet& fleet, const Node& node) {
  if (fleet.behaviour != loadgen::Behaviour::handshake) return {};
  if (!uses_tls(fleet.listener.transport))
    return at_fleet(node, "behaviour")
        .problem(fmt::format("behaviour handshake needs TLS, and listener \"{}\" has none",
                             to_string(fleet.listener)),
                 "use the listener tls or wss");
  auto map = config::Map::of(node);
  if (const auto mqtt = map ? map->find("mqtt") : std::nullopt)
    return usage_problem("behaviour handshake speaks no MQTT", mqtt->key_where(),
                         "remove \"mqtt\", or use connect-and-drop");
  return {};
}

}  // namespace

Result<void> check_tls(const Fleet& fleet, const Node& node) {
  if (auto fits = check_handshake(fleet, node); !fits || !fleet.tls) return fits;
  auto done = check_engine(*fleet.tls, node);
  if (done) done = check_verification(*fleet.tls, node);
  if (done) done = check_psk(fleet, node);
  if (done) done = check_resumption(fleet, node);
  return done;
}

}  // namespace handfast::scenario::detail
