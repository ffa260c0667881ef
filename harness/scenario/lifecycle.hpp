// What the connections of a fleet do besides messages, as a scenario says it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "loadgen/bad_chains.hpp"
#include "loadgen/close_style.hpp"
#include "loadgen/half_open.hpp"
#include "loadgen/reconnect.hpp"
#include "loadgen/slow_handshake.hpp"
#include "loadgen/takeover.hpp"

namespace handfast::scenario {

struct BadChainOptions {
  double share = 0;
  std::string identity;  ///< fleet, identity or fault of the PKI
  loadgen::ChainExpectation expect;
};

struct LifecycleOptions {
  loadgen::CloseStyle close = loadgen::CloseStyle::disconnect;
  bool on_drop_reconnect = false;  ///< held connections that are lost come back
  std::optional<loadgen::Reconnect> reconnect;
  std::optional<loadgen::Takeover> takeover;
  std::optional<loadgen::HalfOpen> half_open;
  std::optional<loadgen::SlowHandshake> slow_handshake;
  std::optional<BadChainOptions> bad_chains;
};

std::string_view to_string(loadgen::CloseStyle style);           ///< "close-notify"
std::string_view to_string(loadgen::Jitter jitter);              ///< "full"
std::string_view to_string(loadgen::StopAt point);               ///< "client-hello"
std::string to_string(const loadgen::ChainExpectation& expect);  ///< "refused", "alert:unknown_ca"

}  // namespace handfast::scenario
