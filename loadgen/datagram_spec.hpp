// What a fleet over DTLS is asked for beyond TLS, as values.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/base/impairment.hpp"

namespace handfast::loadgen {

/// What a fleet speaks once its transport is secured.
enum class Application : std::uint8_t {
  mqtt,     ///< over streams
  none,     ///< over DTLS: the connection is established with its handshake
  coap,     ///< over DTLS: PUT is publish, Observe is subscribe (RFC 7252, RFC 7641)
  mqtt_sn,  ///< over DTLS: MQTT-SN 1.2
};
std::string_view to_string(Application application);  ///< "mqtt-sn"

/// How long an answer of the application is waited for before the message is sent again.
struct Retry {
  Nanos after = std::chrono::seconds(10);  ///< MQTT-SN 1.2 section 7.2: T_retry
  std::uint32_t times = 3;                 ///< N_retry; then the peer counts as lost
};

/// A handshake that a loss has brought to a standstill is begun again from another port. Servers of
/// today need that: libcoap gives up 7 s after the first ClientHello, and Erlang's does not send
/// its last flight again (RFC 6347 section 4.2.4 asks for it) and passes over a ClientHello from a
/// port whose last connection it still believes in.
struct Restart {
  /// Without a complete handshake, unless the rest of the deadline is shorter; at once where the
  /// server sends close_notify in the middle of it, or unexpected_message after a flight of ours
  /// was sent again.
  Nanos after = std::chrono::seconds(8);
  std::uint32_t times = 2;  ///< 0: never
};

/// Bad weather on purpose, in user space: each connection has a path of its own in both directions,
/// seeded by its number.
struct PathImpairment {
  ImpairmentSettings to_server;
  ImpairmentSettings to_client;
};

/// MQTT-SN: a subscriber that sleeps once it is subscribed (MQTT-SN 1.2 §6.14). Its gateway keeps
/// what comes for it until it wakes up and asks.
struct Sleep {
  Nanos wake = std::chrono::seconds(30);       ///< from falling asleep to the next question
  Nanos duration = std::chrono::seconds(300);  ///< what DISCONNECT announces, whole seconds
};

struct DatagramSpec {
  Application application = Application::mqtt;
  Retry retry;  ///< CoAP: `after` is ACK_TIMEOUT, which doubles (RFC 7252 section 4.2)
  Restart restart;
  std::string path = "ps/";  ///< CoAP: what stands before a topic in a resource's path
  std::optional<PathImpairment> impairment;
  std::optional<Sleep> sleep;
  /// MQTT-SN: publishes with QoS -1 and neither CONNECT nor REGISTER (§6.8), to topics of two
  /// characters or with `topic_id`.
  bool connectionless = false;
  std::uint16_t topic_id = 0;  ///< the predefined one of such a fleet's topic; 0: a short name
};

}  // namespace handfast::loadgen
