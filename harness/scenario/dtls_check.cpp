// What does not go together in a fleet over DTLS.
#include <fmt/format.h>

#include "harness/scenario/detail/read.hpp"

namespace handfast::scenario::detail {

namespace {

using config::Node;

Node at_key(const Node& fleet, std::string_view key) {
  auto map = config::Map::of(fleet);
  return (map ? map->find(key) : std::nullopt).value_or(fleet);
}

bool has_key(const Node& fleet, std::string_view key) {
  auto map = config::Map::of(fleet);
  return map && map->find(key).has_value();
}

Result<void> check_application(const Fleet& fleet, const Node& node) {
  using enum loadgen::Application;
  const auto application = fleet.dtls->spec.application;
  const bool quiet = application == none;
  if (quiet && exchanges_messages(fleet.behaviour))
    return at_key(node, "behaviour")
        .problem(
            fmt::format("behaviour {} needs an application over DTLS", to_string(fleet.behaviour)),
            "write for example dtls: {application: coap}");
  if (quiet && has_key(node, "mqtt"))
    return usage_problem("application none speaks no MQTT", at_key(node, "mqtt").key_where(),
                         "remove \"mqtt\", or write dtls: {application: mqtt-sn}");
  return {};
}

/// The same rules as loadgen's check_datagrams, at the keys that break them.
Result<void> check_sleep(const Fleet& fleet, const Node& dtls) {
  const auto& spec = fleet.dtls->spec;
  if (!spec.sleep) return {};
  const auto sleep = at_key(dtls, "sleep");
  if (spec.application != loadgen::Application::mqtt_sn ||
      fleet.behaviour != loadgen::Behaviour::subscribe)
    return usage_problem("only subscribers over MQTT-SN sleep", sleep.key_where(),
                         "write application: mqtt-sn and behaviour: subscribe");
  if (spec.sleep->duration < spec.sleep->wake)
    return at_key(sleep, "wake")
        .problem("\"wake\" is longer than \"duration\", after which a client counts as lost",
                 "wake more often, or announce a longer sleep");
  return {};
}

Result<void> check_connectionless(const Fleet& fleet, const Node& node, const Node& dtls) {
  const auto& spec = fleet.dtls->spec;
  if (!spec.connectionless) {
    if (spec.topic_id == 0) return {};
    return at_key(dtls, "topic_id")
        .problem("a predefined topic is for who does not connect", "write connectionless: true");
  }
  if (spec.application != loadgen::Application::mqtt_sn ||
      fleet.behaviour != loadgen::Behaviour::publish)
    return usage_problem("only publishers over MQTT-SN need no connection",
                         at_key(dtls, "connectionless").key_where(),
                         "write application: mqtt-sn and behaviour: publish");
  const auto messages = at_key(node, "messages");
  if (fleet.messages->qos != 0)
    return at_key(messages, "qos")
        .problem("who does not connect publishes with QoS -1", "write qos: 0");
  if (fleet.mqtt.connect.will)
    return usage_problem("who does not connect has no will",
                         at_key(at_key(node, "mqtt"), "will").key_where(), "remove it");
  if (spec.topic_id == 0 && fleet.messages->topic.size() != 2)
    return at_key(messages, "topic")
        .problem("who does not connect registers no topic",
                 "use a topic of two characters, or dtls.topic_id");
  return {};
}

Result<void> check_stream_keys(const Fleet& fleet, const Node& node) {
  for (const auto* key : {"slow_handshake", "proxy_protocol", "half_open"}) {
    if (has_key(node, key))
      return usage_problem(fmt::format("\"{}\" needs a stream, and DTLS has none", key),
                           at_key(node, key).key_where(), "remove it, or use the listener tls");
  }
  const auto tls = at_key(node, "tls");
  if (fleet.tls->engine != EngineWish::libssl)
    return at_key(tls, "engine").problem("only libssl speaks DTLS", "write engine: libssl");
  if (fleet.tls->versions_chosen)
    return at_key(tls, "versions")
        .problem("\"versions\" are of TLS, and the fleet speaks DTLS 1.2", "remove it");
  return {};
}

}  // namespace

Result<void> check_dtls(const Fleet& fleet, const Node& node) {
  if (fleet.listener.transport != Transport::dtls) {
    if (!fleet.dtls) return {};
    return usage_problem(
        fmt::format("\"dtls\" does not apply to listener \"{}\"", to_string(fleet.listener)),
        at_key(node, "dtls").key_where(), "remove it, or use a target with a dtls:// address");
  }
  if (auto fits = check_stream_keys(fleet, node); !fits) return fits;
  if (auto fits = check_application(fleet, node); !fits) return fits;
  const auto dtls = at_key(node, "dtls");
  if (auto fits = check_sleep(fleet, dtls); !fits) return fits;
  return check_connectionless(fleet, node, dtls);
}

}  // namespace handfast::scenario::detail
