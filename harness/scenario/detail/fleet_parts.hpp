// The readers of a fleet's sections.
#pragma once

#include "core/config/fields.hpp"
#include "harness/scenario/fleet.hpp"

namespace handfast::scenario::detail {

/// `folder` is where relative paths begin.
Result<void> read_tls(const config::Node& node, TlsOptions& tls,
                      const std::filesystem::path& folder);
Result<void> read_mqtt(const config::Node& node, MqttOptions& mqtt);
/// `seed` is the scenario's, for loads that are random.
Result<void> read_load(const config::Node& node, std::uint64_t seed, Fleet& fleet);

/// The keys that give an open loop its shape: stages, spike or sine.
std::vector<config::Field> shape_fields(Fleet& fleet);

/// "100/s", within what a load may ask for.
Result<void> read_one_rate(const config::Node& node, double& out);

/// A duration from `min` to `max`.
Result<void> read_span(const config::Node& node, Nanos& out, Nanos min, Nanos max);

}  // namespace handfast::scenario::detail
