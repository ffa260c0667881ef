// What a run stands on while it goes: the PKI as applied, the broker or target, and where fleets
// connect to.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/broker/broker.hpp"
#include "harness/check/check.hpp"
#include "harness/scenario/model.hpp"
#include "harness/scenario/run.hpp"
#include "harness/scenario/timeline_pki.hpp"
#include "loadgen/run.hpp"
#include "pki/store/pki.hpp"

namespace handfast::scenario {

/// The prepared ground of one run.
struct Stage {
  std::optional<pki::Pki> pki;
  std::unique_ptr<broker::Broker> broker;  ///< null for an external target
  broker::Settings broker_settings;        ///< what it was started with
  /// Set when the timeline changes the PKI: the broker's files are its copies then.
  std::optional<TimelinePki> timeline_pki;
  check::Materials materials;
  std::vector<broker::Listener> listeners;  ///< of the broker or the target
};

/// Mints the PKI and starts the broker, or proves that the target answers. Nothing is left running
/// on a problem.
Result<Stage> set_stage(const Scenario& scenario, const RunSettings& settings);

/// What the load engine gets for the fleets of `scenario`.
Result<std::vector<loadgen::FleetSpec>> fleet_specs(const Scenario& scenario, const Stage& stage);

/// The manifest that `source` names: a preset's or a file's.
Result<pki::Manifest> manifest_of(const PkiSource& source);

/// Where the PKI of `scenario` goes.
std::filesystem::path pki_home(const PkiSource& source, const RunSettings& settings);

}  // namespace handfast::scenario
