// What a fleet of the load engine is asked to do, as values: who connects, over what, when, and
// what becomes of a connection.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/endpoint.hpp"
#include "core/base/ip_address.hpp"
#include "core/base/problem.hpp"
#include "core/proxy/header.hpp"
#include "core/tls/client.hpp"
#include "core/tls/engine.hpp"
#include "loadgen/arrivals.hpp"
#include "loadgen/bad_chains.hpp"
#include "loadgen/close_style.hpp"
#include "loadgen/connect_options.hpp"
#include "loadgen/datagram_spec.hpp"
#include "loadgen/half_open.hpp"
#include "loadgen/messages.hpp"
#include "loadgen/reconnect.hpp"
#include "loadgen/resumption.hpp"
#include "loadgen/slow_handshake.hpp"
#include "loadgen/takeover.hpp"

namespace handfast::loadgen {

enum class Behaviour {
  /// CONNECT, CONNACK, DISCONNECT, close: the handshake storm. We close first, so TIME_WAIT is
  /// ours. Linux reuses such ports on loopback, but towards another host about 470 connections a
  /// second (28,000 ports, 60 s) use them up: errno:EADDRNOTAVAIL and a saturation reason.
  connect_and_drop,
  /// The TLS handshake, then close_notify and close: no MQTT. `ready` ends with the handshake.
  handshake,
  hold,       ///< stay connected to the end of the load, keep alive answered
  reconnect,  ///< hold, let go after a time, come back after a while: FleetSpec::reconnect
  takeover,   ///< connect twice with one client identifier: FleetSpec::takeover
  // What follows exchanges messages (loadgen/messages.hpp) and disconnects when nothing more is
  // due.
  publish,
  subscribe,
  echo,     ///< subscribes to its own topic and publishes to it
  request,  ///< publishes with a response topic of its own (MQTT 5.0 §4.10)
  respond,  ///< answers what arrives to the response topic that it names
};

/// Its connections end by themselves, so that the same client can start again; the others last.
constexpr bool comes_and_goes(Behaviour behaviour) {
  return behaviour == Behaviour::connect_and_drop || behaviour == Behaviour::handshake;
}
constexpr bool exchanges_messages(Behaviour behaviour) { return behaviour >= Behaviour::publish; }
constexpr bool publishes(Behaviour behaviour) {
  using enum Behaviour;
  return behaviour == publish || behaviour == echo || behaviour == request;
}
/// Hears the answers to its own messages only.
constexpr bool hears_itself(Behaviour behaviour) {
  return behaviour == Behaviour::echo || behaviour == Behaviour::request;
}
/// Hears what others publish; they wait for its SUBACK.
constexpr bool hears_others(Behaviour behaviour) {
  return behaviour == Behaviour::subscribe || behaviour == Behaviour::respond;
}

/// One fleet: `clients` identities used round robin by connections that start on the schedule of
/// `stages`, once a period for each client (`periodic`), or as the places of `closed` become free;
/// exactly one of the three is set.
struct FleetSpec {
  std::string name;
  std::string listener;  ///< label only
  Endpoint endpoint;
  /// Client c connects from address c modulo their number, always on a port of the kernel's choice.
  /// All of one family. Empty: the address is the kernel's choice too.
  std::vector<IpAddress> sources;
  std::string server_name;  ///< SNI and name to verify; the endpoint's host when empty
  std::uint64_t clients = 1;
  /// The identity of client `index` (0 to clients-1); called at connect time from worker threads,
  /// so it must be thread-safe and cheap. Empty function: no client certificate.
  std::function<Result<tls::Identity>(std::uint64_t index)> identity;
  /// The pre-shared key of client `index`, as `identity`. Empty function: none.
  std::function<Result<tls::ExternalPsk>(std::uint64_t index)> psk;
  tls::ClientSettings tls;  ///< keep_sessions and session_tickets follow `resumption`
  DatagramSpec datagrams;   ///< application mqtt unless the transport is dtls; then it is another
  tls::EngineKind engine = tls::EngineKind::libssl;
  /// Of the starts, 0 to 1: libssl repeats the connection (loadgen/shadow.hpp). With engine libssl
  /// it must be 0.
  double shadow_share = 0;
  Resumption resumption;
  std::uint8_t mqtt_level = 5;  ///< 4 is MQTT 3.1.1, 5 is MQTT 5.0
  std::chrono::seconds keep_alive{60};
  /// {fleet}, {i} (the client's index) and {n} (the number of the start) are replaced. Two
  /// connections under way with the same identifier end each other (MQTT 5.0 [MQTT-3.1.4-3]):
  /// without {n} keep `clients` above max_in_flight.
  std::string client_id = "handfast-{fleet}-{n}";
  Behaviour behaviour = Behaviour::connect_and_drop;
  std::optional<MessageSpec> messages;  ///< set exactly when the behaviour exchanges messages
  ConnectSpec connect;
  std::vector<Stage> stages;
  std::optional<Poisson> poisson;  ///< with stages: random starts around the schedule
  std::optional<Periodic> periodic;
  std::optional<ClosedLoop> closed;
  /// Connections meant to start within it are counted apart and are in no histogram.
  Nanos warm_up{};
  /// At the end of the load: what is held is closed evenly over it instead of at once.
  Nanos ramp_down{};
  /// Concurrency cap of an open loop over all workers, on connections from their start to CONNACK;
  /// starts due beyond it wait, first in first out, and their latency counts from the intended
  /// time. Every worker may have at least one.
  std::uint64_t max_in_flight = 512;
  Nanos deadline =
      std::chrono::seconds(10);  ///< from the actual start of a connection to its CONNACK
  /// Each connection begins with a PROXY header that names its own two ends, before TLS.
  std::optional<proxy::Version> proxy_protocol;
  std::string origin;  ///< Origin field of the WebSocket upgrade; empty: none
  CloseStyle close = CloseStyle::disconnect;
  /// Clients come back whatever ended their connection (hold and reconnect only); nullopt: a
  /// connection that was lost stays lost.
  std::optional<Reconnect> reconnect;
  Takeover takeover;  ///< for Behaviour::takeover
  std::optional<HalfOpen> half_open;
  std::optional<SlowHandshake> slow_handshake;
  std::optional<BadChains> bad_chains;
};

}  // namespace handfast::loadgen
