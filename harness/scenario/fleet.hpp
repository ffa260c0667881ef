// One fleet of a scenario as values. Defaults stand here and nowhere else.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/endpoint.hpp"
#include "core/base/ip_address.hpp"
#include "core/proxy/header.hpp"
#include "harness/scenario/dtls_options.hpp"
#include "harness/scenario/lifecycle.hpp"
#include "harness/scenario/tls_options.hpp"
#include "loadgen/fleet_spec.hpp"

namespace handfast::scenario {

struct MqttOptions {
  std::uint8_t level = 5;  ///< 4 is MQTT 3.1.1, 5 is MQTT 5.0
  std::chrono::seconds keep_alive{60};
  std::string client_id = "handfast-{fleet}-{i}";
  loadgen::ConnectSpec connect;
  std::filesystem::path logins_file;  ///< where connect.logins came from; empty: nowhere
};

/// A search for the knee (knee.hpp): rates in starts per second.
struct Search {
  double from = 0;
  double to = 0;
  Nanos step{};             ///< how long each rate is tried, warm-up included
  double precision = 0.05;  ///< share of the knee by which it may be too low
};

/// Where connections come from.
struct SourceAddresses {
  std::vector<std::string> written;  ///< addresses and networks, as the scenario has them
  std::vector<IpAddress> addresses;  ///< all that they stand for; empty: the kernel's choice
};

struct Fleet {
  std::string name;
  std::string role;  ///< what these clients stand for ("gateway"); a label of reports only
  ListenerKind listener;
  SourceAddresses source;
  std::uint64_t clients = 0;
  std::string identity;  ///< fleet of the PKI; empty: no client certificate, or the target's
  std::optional<TlsOptions> tls;    ///< set exactly when the transport uses TLS
  std::optional<DtlsOptions> dtls;  ///< set exactly when the transport is DTLS
  MqttOptions mqtt;
  loadgen::Behaviour behaviour = loadgen::Behaviour::connect_and_drop;
  std::optional<loadgen::MessageSpec> messages;  ///< set exactly when the behaviour exchanges them
  std::filesystem::path payload_file;            ///< where its payload came from; empty: nowhere
  std::vector<loadgen::Stage> stages;            ///< of an open loop
  std::optional<loadgen::Poisson> poisson;       ///< with stages
  std::optional<loadgen::Periodic> periodic;
  std::optional<loadgen::ClosedLoop> closed;
  std::optional<Search> search;  ///< instead of a load of its own
  Nanos warm_up{};
  Nanos ramp_down{};  ///< of what is held; a storm ramps down in a stage of its own
  std::uint64_t max_in_flight = 512;
  Nanos deadline = std::chrono::seconds(10);
  std::optional<proxy::Version> proxy_protocol;  ///< sent before TLS; empty: none
  std::string origin;                            ///< ws and wss only; empty: none
  LifecycleOptions lifecycle;
};

inline constexpr std::array behaviours{loadgen::Behaviour::connect_and_drop,
                                       loadgen::Behaviour::handshake,
                                       loadgen::Behaviour::hold,
                                       loadgen::Behaviour::publish,
                                       loadgen::Behaviour::subscribe,
                                       loadgen::Behaviour::echo,
                                       loadgen::Behaviour::request,
                                       loadgen::Behaviour::respond,
                                       loadgen::Behaviour::reconnect,
                                       loadgen::Behaviour::takeover};
std::string_view to_string(loadgen::Behaviour behaviour);  ///< "connect-and-drop"

/// Connections that `stages` start until `at` (from their beginning), or in all.
double starts_until(const std::vector<loadgen::Stage>& stages, Nanos at);
double total_starts(const std::vector<loadgen::Stage>& stages);
Nanos total_duration(const std::vector<loadgen::Stage>& stages);

/// "2.5/s", exact.
std::string describe_rate(double per_s);
/// "100/s..1000/s" as parse_rate reads it, exact.
std::string describe_rate(const loadgen::Stage& stage);
/// "100/s..1000/s for 20s", the notation of the scenario file.
std::string describe(const loadgen::Stage& stage);

}  // namespace handfast::scenario
