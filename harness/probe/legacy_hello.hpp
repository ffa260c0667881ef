// A renegotiation as it was before RFC 5746: the ClientHello on an established connection says
// nothing of the handshake before it. libssl sends none such, so it goes out in records of ours.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/endpoint.hpp"
#include "harness/probe/probe.hpp"

namespace handfast::probe {

struct LegacyHello {
  bool sent = false;                  ///< behind a first handshake
  bool answered = false;              ///< with a ServerHello: the peer goes on with the handshake
  std::optional<std::uint8_t> alert;  ///< received, warning or fatal
  bool ended = false;                 ///< the peer ended the connection
  std::string trouble;                ///< why it was not sent
};

/// A TLS 1.2 handshake with AES-128-GCM, then a hello with neither renegotiation_info nor its SCSV.
/// Waits for the answer as long as a handshake may take. Nothing is verified.
LegacyHello renegotiate_without_extension(const Endpoint& endpoint, const Timeouts& timeouts);

}  // namespace handfast::probe
