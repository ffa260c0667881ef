// A scenario as values: what read() answers and everything after it works from. Defaults stand here
// and nowhere else.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/endpoint.hpp"
#include "harness/scenario/fleet.hpp"
#include "harness/scenario/threshold.hpp"
#include "harness/scenario/timeline.hpp"

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
  std::vector<std::string> faults;
  std::vector<std::string> bundles;
  std::vector<Fleet> fleets;
};

/// A broker that the run starts itself.
struct BrokerSection {
  std::string driver;  ///< "mosquitto"
  std::vector<ListenerKind> listeners;
  std::string certificate = "server";  ///< identity of the PKI that its TLS listeners show
  std::uint8_t mqtt_level = 5;         ///< what fleets speak that do not say: 4 is MQTT 3.1.1
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

enum class Report : std::uint8_t { terminal, json, junit, html, markdown, csv, hlog };

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
  Timeline timeline;
  std::vector<Threshold> thresholds;
  std::vector<Report> reports{Report::terminal, Report::json};

  const Fleet* fleet(std::string_view fleet_name) const;  ///< nullptr when there is none
};

std::string_view to_string(Report report);

}  // namespace handfast::scenario
