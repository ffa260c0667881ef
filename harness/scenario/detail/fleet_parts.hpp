// The readers of a fleet's sections.
#pragma once

#include "core/config/fields.hpp"
#include "harness/scenario/fleet.hpp"

namespace handfast::scenario::detail {

/// `folder` is where relative paths begin.
Result<void> read_tls(const config::Node& node, TlsOptions& tls,
                      const std::filesystem::path& folder);
Result<void> read_mqtt(const config::Node& node, MqttOptions& mqtt);
Result<void> read_load(const config::Node& node, Fleet& fleet);

/// A duration from `min` to `max`.
Result<void> read_span(const config::Node& node, Nanos& out, Nanos min, Nanos max);

}  // namespace handfast::scenario::detail
