// What is spoken over DTLS: MQTT itself never is.
#pragma once

#include <cstdint>
#include <string_view>

namespace handfast::probe {

/// What is spoken over DTLS.
enum class DatagramApplication : std::uint8_t {
  unknown,  ///< some bytes, and any datagram is an answer
  coap,     ///< a ping, which a reset answers (RFC 7252 section 4.3)
  mqtt_sn,  ///< CONNECT and CONNACK, later PINGREQ and PINGRESP
  echo,     ///< what is sent comes back
};
std::string_view to_string(DatagramApplication application);  ///< "coap"
/// As a descriptor declares it; `unknown` for other words.
DatagramApplication datagram_application(std::string_view word);

}  // namespace handfast::probe
