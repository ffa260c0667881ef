// Pieces that the readers of the scenario's sections share.
#pragma once

#include <string>
#include <vector>

#include "core/config/fields.hpp"
#include "core/config/yaml.hpp"
#include "harness/scenario/model.hpp"

namespace handfast::scenario::detail {

/// A word of `allowed`. A word of `later` is refused as not available in this version, not as
/// unknown: the scenario language has it, this program does not yet.
Result<std::string> word(const config::Node& node, const std::string& what,
                         const std::vector<std::string>& allowed,
                         const std::vector<std::string>& later = {});

/// A path of the scenario, relative to the scenario's folder.
Result<std::filesystem::path> read_path(const config::Node& node, const Scenario& scenario);

/// A non-empty list of texts, none twice.
Result<std::vector<std::string>> words(const config::Node& node);

/// The name of a scenario or fleet: letters, digits, hyphens and underscores in lower case, 64 at
/// most.
Result<void> check_name(const std::string& name, const std::string& what, const std::string& where);

Result<ListenerKind> read_listener(const config::Node& node);

/// Reads one fleet by itself; `scenario` holds what the sections before it said. Contradictions
/// with them are found too.
Result<Fleet> read_fleet(const config::Node& node, const Scenario& scenario);

/// Finds what does not go together in one fleet; `node` is where it was read from.
Result<void> check_fleet(const Fleet& fleet, const config::Node& node, const Scenario& scenario);

/// The part of check_fleet that looks at TLS.
Result<void> check_tls(const Fleet& fleet, const config::Node& node);
/// The part of check_fleet() about DTLS.
Result<void> check_dtls(const Fleet& fleet, const config::Node& node);
/// The part of check_fleet() about fleet.lifecycle.
Result<void> check_lifecycle(const Fleet& fleet, const config::Node& node,
                             const Scenario& scenario);

/// Finds a threshold that could never hold a sample in this scenario.
Result<void> check_threshold(const Threshold& threshold, const config::Node& node,
                             const Scenario& scenario);

}  // namespace handfast::scenario::detail
