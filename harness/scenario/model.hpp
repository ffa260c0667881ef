// A scenario as values: what read() answers and everything after it works from. Defaults stand here
// and nowhere else.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/endpoint.hpp"
#include "core/proxy/header.hpp"
#include "core/tls/client.hpp"
#include "harness/scenario/threshold.hpp"
#include "loadgen/run.hpp"

namespace handfast::scenario {

/// Where the PKI comes from: exactly one of `preset` and `manifest` is set.
struct PkiSource {
  std::string preset;
  std::filesystem::path manifest;  ///< joined with the scenario's folder
  std::filesystem::path home;      ///< where its files go; empty: decided by the run
};

/// What a PKI will hold, as far as a scenario refers to it.
struct PkiContents {
  struct Fleet {
    std::string name;
    std::uint64_t count = 0;
    std::string key;  ///< "P-256"
  };
  std::vector<std::string> authorities;
  std::vector<std::string> identities;
  std::vector<std::string> bundles;
  std::vector<Fleet> fleets;
};

/// A broker that the run starts itself.
struct BrokerSection {
  std::string driver;  ///< "mosquitto"
  std::vector<ListenerKind> listeners;
};

/// A broker that runs elsewhere.
struct TargetSection {
  Endpoint endpoint;
  std::filesystem::path trust;        ///< PEM anchors; empty for tcp and ws
  std::filesystem::path certificate;  ///< client chain, PEM; empty: none
  std::filesystem::path key;          ///< set when `certificate` is
};

struct ChecksSection {
  std::vector<std::string> groups;
  bool core = false;  ///< only the checks marked as core of their group
};

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
  std::vector<loadgen::Stage> stages;
  std::uint64_t max_in_flight = 512;
  Nanos deadline = std::chrono::seconds(10);
  std::optional<proxy::Version> proxy_protocol;  ///< sent before TLS; empty: none
  std::string origin;                            ///< ws and wss only; empty: none
};

enum class Report : std::uint8_t { terminal, json, junit, html };

struct Scenario {
  std::string file;  ///< as given to the reader
  std::string name;
  std::string summary;
  std::uint64_t seed = 1;
  std::optional<PkiSource> pki;
  std::optional<PkiContents> pki_contents;  ///< set when the reader could ask for it
  std::optional<BrokerSection> broker;      ///< exactly one of broker and target is set
  std::optional<TargetSection> target;
  std::optional<ChecksSection> checks;
  std::vector<Fleet> fleets;  ///< in the order of the file
  std::vector<Threshold> thresholds;
  std::vector<Report> reports{Report::terminal, Report::json};

  const Fleet* fleet(std::string_view fleet_name) const;  ///< nullptr when there is none
};

std::string_view to_string(loadgen::Behaviour behaviour);  ///< "connect-and-drop"
std::string_view to_string(Report report);

/// Connections that `stages` start until `at` (from their beginning), or in all.
double starts_until(const std::vector<loadgen::Stage>& stages, Nanos at);
double total_starts(const std::vector<loadgen::Stage>& stages);
Nanos total_duration(const std::vector<loadgen::Stage>& stages);

/// "100/s..1000/s" as parse_rate reads it, exact.
std::string describe_rate(const loadgen::Stage& stage);
/// "100/s..1000/s for 20s", the notation of the scenario file.
std::string describe(const loadgen::Stage& stage);

}  // namespace handfast::scenario
