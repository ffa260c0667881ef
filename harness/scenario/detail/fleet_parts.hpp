// The readers of a fleet's sections.
#pragma once

#include "core/config/fields.hpp"
#include "harness/scenario/model.hpp"

namespace handfast::scenario::detail {

/// `folder` is where relative paths begin.
Result<void> read_tls(const config::Node& node, TlsOptions& tls,
                      const std::filesystem::path& folder);
Result<void> read_dtls(const config::Node& node, DtlsOptions& options);
/// Fills in what follows from the transport of a fleet over DTLS; nothing for any other.
void complete_dtls(Fleet& fleet);
Result<void> read_mqtt(const config::Node& node, const Scenario& scenario, MqttOptions& mqtt);
/// Keys of "mqtt" that stand in CONNECT; they refer to `mqtt`, which must stay where it is.
std::vector<config::Field> connect_fields(const Scenario& scenario, MqttOptions& mqtt);
Result<void> check_connect(const config::Node& node, const MqttOptions& mqtt);
/// The behaviour must have been read; check_messages() wants the whole fleet.
Result<void> read_messages(const config::Node& node, const Scenario& scenario, Fleet& fleet);
Result<void> check_messages(const config::Node& node, const Fleet& fleet);
Result<void> read_source(const config::Node& node, SourceAddresses& source);
/// `seed` is the scenario's, for loads that are random.
Result<void> read_load(const config::Node& node, std::uint64_t seed, Fleet& fleet);

/// The keys that give an open loop its shape: stages, spike or sine.
std::vector<config::Field> shape_fields(Fleet& fleet);

/// "100/s", within what a load may ask for.
Result<void> read_one_rate(const config::Node& node, double& out);

Result<void> read_close(const config::Node& node, loadgen::CloseStyle& out);
Result<void> read_on_drop(const config::Node& node, bool& reconnects);
Result<void> read_reconnect(const config::Node& node, loadgen::Reconnect& out);
Result<void> read_takeover(const config::Node& node, loadgen::Takeover& out);
Result<void> read_half_open(const config::Node& node, loadgen::HalfOpen& out);
Result<void> read_slow_handshake(const config::Node& node, loadgen::SlowHandshake& out);
Result<void> read_bad_chains(const config::Node& node, BadChainOptions& out);

/// A mapping of texts, in the order of the file.
Result<void> read_text_pairs(const config::Node& node,
                             std::vector<std::pair<std::string, std::string>>& out);

/// A duration of whole seconds that fits four bytes, as properties of MQTT 5.0 do.
Result<void> read_whole_seconds(const config::Node& node, std::chrono::seconds& out);

/// A duration from `min` to `max`.
Result<void> read_span(const config::Node& node, Nanos& out, Nanos min, Nanos max);

}  // namespace handfast::scenario::detail
