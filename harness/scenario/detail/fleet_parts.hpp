// The readers of a fleet's sections.
#pragma once

#include "core/config/fields.hpp"
#include "harness/scenario/fleet.hpp"

namespace handfast::scenario::detail {

Result<void> read_tls(const config::Node& node, TlsOptions& tls);
Result<void> read_mqtt(const config::Node& node, MqttOptions& mqtt);
Result<void> read_load(const config::Node& node, Fleet& fleet);

Result<void> read_close(const config::Node& node, loadgen::CloseStyle& out);
Result<void> read_on_drop(const config::Node& node, bool& reconnects);
Result<void> read_reconnect(const config::Node& node, loadgen::Reconnect& out);
Result<void> read_takeover(const config::Node& node, loadgen::Takeover& out);
Result<void> read_half_open(const config::Node& node, loadgen::HalfOpen& out);
Result<void> read_slow_handshake(const config::Node& node, loadgen::SlowHandshake& out);
Result<void> read_bad_chains(const config::Node& node, BadChainOptions& out);

/// A duration from `min` to `max`.
Result<void> read_span(const config::Node& node, Nanos& out, Nanos min, Nanos max);

}  // namespace handfast::scenario::detail
