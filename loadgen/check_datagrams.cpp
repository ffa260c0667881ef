#include "loadgen/check_datagrams.hpp"

#include <fmt/format.h>

namespace handfast::loadgen {
namespace {

Problem refused(const FleetSpec& fleet, const std::string& why, std::string hint = {}) {
  return usage_problem(fmt::format("fleet \"{}\": {}", fleet.name, why), {}, std::move(hint));
}

/// What only makes sense for streams.
Result<void> check_streams(const FleetSpec& fleet) {
  if (fleet.engine != tls::EngineKind::libssl || fleet.shadow_share > 0)
    return refused(fleet, "only libssl speaks DTLS", "use engine libssl");
  if (fleet.slow_handshake)
    return refused(fleet, "a slow handshake needs a stream to send in pieces");
  if (fleet.proxy_protocol)
    return refused(fleet, "a PROXY header has no place in front of datagrams");
  if (fleet.half_open && fleet.half_open->stop_at == StopAt::tcp)
    return refused(fleet, "over DTLS there is no TCP connection to stop at");
  if (fleet.close == CloseStyle::rst)
    return refused(fleet, "a DTLS connection cannot be reset", "close with close_notify or fin");
  return {};
}

Result<void> check_none(const FleetSpec& fleet) {
  if (fleet.datagrams.application != Application::none) return {};
  if (exchanges_messages(fleet.behaviour) || fleet.behaviour == Behaviour::takeover)
    return refused(fleet, "without an application there is nothing to exchange",
                   "use application coap or mqtt-sn, or behaviour handshake or hold");
  return {};
}

/// What the application has no words for.
Result<void> check_words(const FleetSpec& fleet) {
  if (fleet.connect.user || fleet.connect.password || !fleet.connect.logins.empty())
    return refused(fleet, "no application over DTLS sends a user name or password",
                   "the certificate, the key or the client identifier says who it is");
  if (fleet.datagrams.application != Application::coap) return {};
  if (fleet.connect.will) return refused(fleet, "CoAP has no will");
  if (fleet.messages && fleet.messages->qos > 1)
    return refused(fleet, "CoAP has no QoS 2", "use QoS 1: a confirmable message");
  return {};
}

/// Sleeping and QoS -1 are for one behaviour each.
Result<void> check_mqttsn(const FleetSpec& fleet) {
  const DatagramSpec& datagrams = fleet.datagrams;
  const bool mqttsn = datagrams.application == Application::mqtt_sn;
  if (datagrams.sleep) {
    if (!mqttsn || fleet.behaviour != Behaviour::subscribe)
      return refused(fleet, "only subscribers over MQTT-SN sleep", "use behaviour subscribe");
    if (datagrams.sleep->wake <= Nanos(0)) return refused(fleet, "a sleep takes some time");
    // Who does not ask in time is taken for lost.
    if (datagrams.sleep->duration < datagrams.sleep->wake ||
        datagrams.sleep->duration < std::chrono::seconds(1) ||
        datagrams.sleep->duration > std::chrono::seconds(65'535))
      return refused(fleet,
                     "a sleep is announced for 1 s to 65535 s, and longer than to the next waking");
  }
  if (!datagrams.connectionless) {
    if (datagrams.topic_id != 0)
      return refused(fleet, "a predefined topic is for who does not connect",
                     "use connectionless: true");
    return {};
  }
  if (!mqttsn || fleet.behaviour != Behaviour::publish)
    return refused(fleet, "only publishers over MQTT-SN need no connection",
                   "use behaviour publish");
  if (fleet.messages && fleet.messages->qos != 0)
    return refused(fleet, "who does not connect publishes with QoS -1", "use qos: 0");
  if (fleet.connect.will) return refused(fleet, "who does not connect has no will");
  if (datagrams.topic_id == 0 && fleet.messages && fleet.messages->topic.size() != 2)
    return refused(fleet, "who does not connect registers no topic",
                   "use a topic of two characters, or topic_id");
  return {};
}

bool is_share(double value) { return value >= 0 && value <= 1; }

Result<void> check_path(const FleetSpec& fleet, const ImpairmentSettings& path) {
  if (!is_share(path.loss) || !is_share(path.duplication) || !is_share(path.reorder))
    return refused(fleet, "shares of an impairment go from 0 to 1");
  if (path.delay < Nanos(0) || path.jitter < Nanos(0) || path.reorder_hold < Nanos(0))
    return refused(fleet, "an impairment cannot take less than no time");
  return {};
}

}  // namespace

Result<void> check_datagrams(const FleetSpec& fleet) {
  const bool dtls = fleet.endpoint.transport == Transport::dtls;
  const bool mqtt = fleet.datagrams.application == Application::mqtt;
  if (!dtls) {
    if (!mqtt || fleet.datagrams.impairment)
      return refused(fleet, "only fleets over DTLS have another application than MQTT");
    return {};
  }
  if (mqtt)
    return refused(fleet, "no broker speaks plain MQTT over DTLS",
                   "use application none, coap or mqtt-sn");
  if (fleet.mqtt_level != 4 && fleet.datagrams.application != Application::none)
    return refused(fleet, "what stands for MQTT in datagrams has the messages of MQTT 3.1.1");
  if (auto done = check_streams(fleet); !done) return done;
  if (auto done = check_none(fleet); !done) return done;
  if (auto done = check_words(fleet); !done) return done;
  if (auto done = check_mqttsn(fleet); !done) return done;
  if (fleet.datagrams.retry.after <= Nanos(0)) return refused(fleet, "a retry needs time to wait");
  if (!fleet.datagrams.impairment) return {};
  if (auto up = check_path(fleet, fleet.datagrams.impairment->to_server); !up) return up;
  return check_path(fleet, fleet.datagrams.impairment->to_client);
}

}  // namespace handfast::loadgen
