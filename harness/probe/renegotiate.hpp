// A client of TLS 1.2 that starts renegotiations (RFC 5246 section 7.4.1.1, RFC 5746) on an
// established connection. Works on libssl directly: no other part of ours renegotiates.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/endpoint.hpp"
#include "harness/probe/probe.hpp"

namespace handfast::probe {

struct Renegotiation {
  bool connected = false;             ///< the first handshake was done
  int attempts = 0;                   ///< that were begun
  int served = 0;                     ///< that the peer carried out
  std::optional<std::uint8_t> alert;  ///< received, warning or fatal
  bool ended = false;                 ///< the peer ended the connection
  std::string trouble;                ///< why there was no connection
};

/// Handshakes with TLS 1.2, then asks for at most `attempts` further handshakes, one after the
/// other, until one is refused. Each may take the handshake time of `timeouts`. Nothing is
/// verified.
Renegotiation renegotiate(const Endpoint& endpoint, int attempts, const Timeouts& timeouts);

}  // namespace handfast::probe
