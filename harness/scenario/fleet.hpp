// One fleet of a scenario as values. Defaults stand here and nowhere else.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/endpoint.hpp"
#include "core/proxy/header.hpp"
#include "core/tls/client.hpp"
#include "harness/scenario/lifecycle.hpp"
#include "loadgen/fleet_spec.hpp"

namespace handfast::scenario {

struct TlsOptions {
  tls::Version min_version = tls::Version::tls1_2;
  tls::Version max_version = tls::Version::tls1_3;
  std::vector<std::string> groups;
  std::vector<std::string> cipher_suites;  ///< TLS 1.3
  std::vector<std::string> ciphers;        ///< TLS 1.2
  std::vector<std::string> signature_algorithms;
  std::string trust;        ///< bundle or authority of the PKI; empty: the target's trust file
  std::string server_name;  ///< SNI and name to verify; empty: the host
  bool verify = true;
  bool strict = false;  ///< only what FIPS 140-3 installations speak (core/tls/strict.hpp)
};

struct MqttOptions {
  std::uint8_t level = 5;  ///< 4 is MQTT 3.1.1, 5 is MQTT 5.0
  std::chrono::seconds keep_alive{60};
  std::string client_id = "handfast-{fleet}-{i}";
};

struct Fleet {
  std::string name;
  std::string role;  ///< what these clients stand for ("gateway"); a label of reports only
  ListenerKind listener;
  std::uint64_t clients = 0;
  std::string identity;  ///< fleet of the PKI; empty: no client certificate, or the target's
  std::optional<TlsOptions> tls;  ///< set exactly when the transport uses TLS
  MqttOptions mqtt;
  loadgen::Behaviour behaviour = loadgen::Behaviour::connect_and_drop;
  std::vector<loadgen::Stage> stages;  ///< empty for a closed loop
  std::optional<loadgen::ClosedLoop> closed;
  std::uint64_t max_in_flight = 512;
  Nanos deadline = std::chrono::seconds(10);
  std::optional<proxy::Version> proxy_protocol;  ///< sent before TLS; empty: none
  std::string origin;                            ///< ws and wss only; empty: none
  LifecycleOptions lifecycle;
};

std::string_view to_string(loadgen::Behaviour behaviour);  ///< "connect-and-drop"

/// Connections that `stages` start until `at` (from their beginning), or in all.
double starts_until(const std::vector<loadgen::Stage>& stages, Nanos at);
double total_starts(const std::vector<loadgen::Stage>& stages);
Nanos total_duration(const std::vector<loadgen::Stage>& stages);

/// "100/s..1000/s" as parse_rate reads it, exact.
std::string describe_rate(const loadgen::Stage& stage);
/// "100/s..1000/s for 20s", the notation of the scenario file.
std::string describe(const loadgen::Stage& stage);

}  // namespace handfast::scenario
