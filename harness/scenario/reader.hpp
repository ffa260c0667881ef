// From YAML to a Scenario: strict, and every contradiction found before anything starts.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"
#include "harness/scenario/model.hpp"

namespace handfast::scenario {

/// What the rest of the program offers, so that a scenario can be checked against it. Empty means
/// "not known here": the reader then takes any name.
struct Known {
  std::vector<std::string> drivers;               ///< broker::drivers()
  std::vector<std::string> presets;               ///< PKI presets
  std::vector<std::string> check_groups;          ///< "emqx-guide"
  std::vector<std::string> revocation_reasons{};  ///< as RFC 5280 section 5.3.1 spells them
  /// What a broker of this driver may be asked for.
  struct BrokerAbilities {
    bool reload = true;      ///< it can be made to read its certificates again
    bool reads_crls = true;  ///< its settings can name a CRL file
    bool mqtt5 = true;       ///< it speaks MQTT 5
  };
  std::function<BrokerAbilities(const std::string& driver)> broker_can{};
  /// What the PKI of the scenario will hold; its problem is the reader's.
  std::function<Result<PkiContents>(const PkiSource&)> pki{};
};

/// One `--set path=value`.
struct Override {
  std::string path;   ///< "fleets.sensors.clients"
  std::string value;  ///< YAML: "100", "[tls, wss]"
  /// The scenario's own broker is then not started: what `--target URL` asks for.
  bool replaces_broker = false;
};

/// Splits "path=value" at its first '='. Usage problem without one.
Result<Override> parse_override(std::string_view text);

/// Reads a scenario; `file` names it in problems and its folder is where relative paths start.
/// Usage problem with file:line:column (or "--set PATH") and a hint for everything that is unknown,
/// missing, malformed or contradictory.
Result<Scenario> read(std::string_view text, const std::string& file, const Known& known,
                      const std::vector<Override>& overrides = {});

/// Reads a scenario file. Environment problem when it cannot be read.
Result<Scenario> load(const std::filesystem::path& path, const Known& known,
                      const std::vector<Override>& overrides = {});

/// The listeners that this version offers.
const std::vector<std::string>& available_listeners();

}  // namespace handfast::scenario
