#include "loadgen/check_tls.hpp"

#include <fmt/format.h>

namespace handfast::loadgen {
namespace {

Problem refused(const FleetSpec& fleet, const char* why, std::string hint = {}) {
  return usage_problem(fmt::format("fleet \"{}\": {}", fleet.name, why), {}, std::move(hint));
}

bool is_share(double value) { return value >= 0 && value <= 1; }

Result<void> check_resumption(const FleetSpec& fleet) {
  const Resumption& resumption = fleet.resumption;
  if (!is_share(resumption.share) || !is_share(resumption.early_data_share))
    return refused(fleet, "shares of resumption go from 0 to 1");
  const bool tls13 = fleet.tls.max_version == tls::Version::tls1_3;
  if (resumption.kind == ResumptionKind::session_ids && tls13)
    return refused(fleet, "TLS 1.3 has no session identifiers", "use TLS 1.2, or tickets");
  if (fleet.psk && resumption.on())
    return refused(fleet, "a pre-shared key and the resumption of sessions exclude each other");
  if (resumption.early_data_share <= 0) return {};
  if (resumption.kind != ResumptionKind::tickets || !tls13)
    return refused(fleet, "early data needs tickets of TLS 1.3");
  if (uses_websocket(fleet.endpoint.transport) || fleet.behaviour == Behaviour::handshake)
    return refused(fleet, "early data carries CONNECT over TLS alone");
  return {};
}

}  // namespace

Result<void> check_tls(const FleetSpec& fleet) {
  if (auto resumption = check_resumption(fleet); !resumption) return resumption.error();
  if (!is_share(fleet.shadow_share)) return refused(fleet, "the share of shadows goes from 0 to 1");
  if (fleet.engine == tls::EngineKind::libssl && fleet.shadow_share > 0)
    return refused(fleet, "libssl cannot be its own shadow");
  const bool tls = uses_tls(fleet.endpoint.transport);
  if (!tls && (fleet.resumption.on() || fleet.psk)) return refused(fleet, "it does not use TLS");
  if (fleet.behaviour != Behaviour::handshake) return {};
  if (!tls) return refused(fleet, "behaviour handshake needs TLS", "use tls or wss");
  if (fleet.reconnect || fleet.half_open || fleet.bad_chains)
    return refused(fleet, "behaviour handshake ends before CONNACK, which the rest of it needs");
  return {};
}

}  // namespace handfast::loadgen
