// Clients that begin and then say nothing more: what a broker's timeouts are for.
#pragma once

#include <cstdint>

#include "core/base/clock.hpp"

namespace handfast::loadgen {

enum class StopAt : std::uint8_t {
  tcp,           ///< connected, and not a byte
  client_hello,  ///< TLS only: the ClientHello went out; the server's flight stays unanswered
  connect,       ///< all layers below stand; the first half of CONNECT went out
};

/// A share of the starts falls silent for `silent_for`. The broker closing them is measured, and no
/// failure; what stops them before they fall silent is one.
struct HalfOpen {
  double share = 1;  ///< of the starts, 0 to 1
  StopAt stop_at = StopAt::tcp;
  Nanos silent_for = std::chrono::seconds(30);
};

}  // namespace handfast::loadgen
