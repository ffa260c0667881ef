// The DTLS settings of a fleet of a scenario as values.
#pragma once

#include "core/tls/datagram.hpp"
#include "loadgen/datagram_spec.hpp"

namespace handfast::scenario {

/// IPv4 and UDP headers: what an MTU counts and the payload of a datagram does not.
inline constexpr std::uint16_t ip_and_udp_bytes = 28;

struct DtlsOptions {
  tls::DatagramSettings datagrams;
  /// `application` is `none` unless the scenario says otherwise; an impairment holds for both
  /// directions.
  loadgen::DatagramSpec spec{.application = loadgen::Application::none};
  bool retry_chosen = false;
};

}  // namespace handfast::scenario
