// Pieces of the resolved scenario's text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/scenario/fleet.hpp"

namespace handfast::scenario::detail {

/// Stands for a key that results must not tell.
inline constexpr std::string_view hidden = "(hidden)";

/// Text as a YAML scalar: plain where nothing in it means something to YAML, else in double quotes.
std::string scalar(std::string_view text);
/// "[a, b]" of scalars.
std::string list(const std::vector<std::string>& texts);
/// "{a, b}" of parts that are YAML already.
std::string flow(const std::vector<std::string>& parts);

/// The "tls" entry of a fleet.
std::string tls_section(const TlsOptions& tls);

/// The "dtls" entry of a fleet.
std::string dtls_section(const DtlsOptions& options);

/// The section "messages" of a fleet; empty for one without.
std::string messages_section(const Fleet& fleet);
/// Entries of the section "mqtt" that stand in CONNECT.
std::vector<std::string> connect_parts(const MqttOptions& mqtt);

/// The keys of a fleet that fleet.lifecycle holds.
std::string lifecycle_sections(const Fleet& fleet);

/// One entry of "fleets".
std::string fleet_section(const Fleet& fleet);

}  // namespace handfast::scenario::detail
