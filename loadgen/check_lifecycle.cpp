#include "loadgen/check_lifecycle.hpp"

#include <fmt/format.h>

#include "loadgen/timer_wheel.hpp"

namespace handfast::loadgen {
namespace {

Problem refused(const FleetSpec& fleet, const std::string& why, std::string hint = {}) {
  return usage_problem(fmt::format("fleet \"{}\": {}", fleet.name, why), {}, std::move(hint));
}

bool is_share(double share) { return share > 0 && share <= 1; }

Result<void> check_back_off(const FleetSpec& fleet, const BackOff& back_off) {
  if (back_off.initial <= Nanos(0) || back_off.max < back_off.initial) {
    return refused(fleet, "the back-off must begin above zero and not above its maximum");
  }
  if (!(back_off.multiplier >= 1 && back_off.multiplier <= 100)) {
    return refused(fleet, "the back-off's multiplier must be 1 to 100");
  }
  return {};
}

Result<void> check_reconnect(const FleetSpec& fleet) {
  const bool comes_back = fleet.behaviour == Behaviour::reconnect;
  if (!fleet.reconnect) {
    if (comes_back) return refused(fleet, "its behaviour is reconnect, but it does not say how");
    return {};
  }
  if (!comes_back && fleet.behaviour != Behaviour::hold) {
    return refused(fleet, "only clients that hold their connections come back");
  }
  if (fleet.closed) {
    return refused(fleet, "in a closed loop the next connection follows without a back-off",
                   "use stages");
  }
  if (fleet.reconnect->hold_for && *fleet.reconnect->hold_for <= Nanos(0)) {
    return refused(fleet, "connections must be held for more than nothing");
  }
  return check_back_off(fleet, fleet.reconnect->back_off);
}

Result<void> check_half_open(const FleetSpec& fleet) {
  if (!fleet.half_open) return {};
  if (!is_share(fleet.half_open->share) || fleet.half_open->silent_for <= Nanos(0)) {
    return refused(fleet, "half-open clients need a share of 0 to 1 and a time to be silent");
  }
  if (fleet.half_open->stop_at == StopAt::client_hello && !uses_tls(fleet.endpoint.transport)) {
    return refused(fleet, "without TLS there is no ClientHello to stop at");
  }
  return {};
}

Result<void> check_slow_handshake(const FleetSpec& fleet) {
  if (!fleet.slow_handshake) return {};
  const SlowHandshake& slow = *fleet.slow_handshake;
  if (!is_share(slow.share) || slow.piece_bytes == 0 || slow.every < TimerWheel::tick) {
    return refused(fleet,
                   "slow handshakes need a share of 0 to 1, pieces of a byte or more and at least "
                   "1 ms between them");
  }
  return {};
}

Result<void> check_bad_chains(const FleetSpec& fleet) {
  if (!fleet.bad_chains) return {};
  if (!is_share(fleet.bad_chains->share) || !fleet.bad_chains->identity) {
    return refused(fleet, "bad chains need a share of 0 to 1 and an identity");
  }
  if (!uses_tls(fleet.endpoint.transport)) {
    return refused(fleet, "without TLS there is no chain to be bad");
  }
  if (!fleet.bad_chains->expect.refused && !fleet.bad_chains->expect.alerts.empty()) {
    return refused(fleet, "a chain that is accepted brings no alert");
  }
  return {};
}

/// A connection has one part to play.
Result<void> check_roles(const FleetSpec& fleet) {
  const int parts = (fleet.behaviour == Behaviour::takeover ? 1 : 0) + (fleet.half_open ? 1 : 0) +
                    (fleet.bad_chains ? 1 : 0);
  if (fleet.behaviour == Behaviour::takeover && fleet.closed) {
    return refused(fleet, "a closed loop has no room for second connections", "use stages");
  }
  if (parts <= 1) return {};
  return refused(fleet, "take-over, half-open and bad chains exclude each other",
                 "use a fleet for each");
}

}  // namespace

Result<void> check_lifecycle(const FleetSpec& fleet) {
  if (fleet.close == CloseStyle::close_notify && !uses_tls(fleet.endpoint.transport)) {
    return refused(fleet, "without TLS there is no close_notify", "close with fin");
  }
  auto done = check_reconnect(fleet);
  if (done) done = check_half_open(fleet);
  if (done) done = check_slow_handshake(fleet);
  if (done) done = check_bad_chains(fleet);
  if (done) done = check_roles(fleet);
  return done;
}

}  // namespace handfast::loadgen
