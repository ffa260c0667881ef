// The parts that the time of a connection is told in.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace handfast::stats {

/// The phases of one connection, in order, and `ready`: intended start to CONNACK. `tls_full` and
/// `tls_resumed` split `tls` by kind of handshake. Over DTLS `cookie` goes from the ClientHello to
/// the HelloVerifyRequest, and `tls_clean` and `tls_retransmitted` split `tls` by whether an own
/// flight had to be sent again. After CONNACK: `suback` from SUBSCRIBE, `puback`
/// (QoS 1) and `pubcomp` (QoS 2) from the publish to its acknowledgement, `delivery` from the
/// publish to its receipt by a subscriber. Of clients that come back: `back_off` is the wait before
/// an attempt (service: as chosen, response: as it became), `outage` the time without a connection.
/// `silence` is how long a half-open connection stood before the broker closed it.
enum class Phase : std::uint8_t {
  dns,
  tcp,
  tls,
  tls_full,
  tls_resumed,
  cookie,
  tls_clean,
  tls_retransmitted,
  upgrade,
  connack,
  ready,
  suback,
  puback,
  pubcomp,
  delivery,
  back_off,
  outage,
  silence,
};
inline constexpr std::array phases{
    Phase::dns,         Phase::tcp,     Phase::tls,       Phase::tls_full,
    Phase::tls_resumed, Phase::cookie,  Phase::tls_clean, Phase::tls_retransmitted,
    Phase::upgrade,     Phase::connack, Phase::ready,     Phase::suback,
    Phase::puback,      Phase::pubcomp, Phase::delivery,  Phase::back_off,
    Phase::outage,      Phase::silence};
std::string_view to_string(Phase phase);

}  // namespace handfast::stats
