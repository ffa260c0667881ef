// The words for what stops a connection: stats::FailureKey::cause. Stable, as thresholds and
// comparisons name them.
#pragma once

#include <cstdint>
#include <string>

#include "core/mqtt/types.hpp"
#include "core/tls/client.hpp"

namespace handfast::loadgen {

inline constexpr const char* cause_deadline = "deadline";
inline constexpr const char* cause_malformed = "mqtt:malformed";
inline constexpr const char* cause_unexpected_packet = "mqtt:unexpected_packet";
inline constexpr const char* cause_closed = "closed";  ///< FIN, or close_notify, where more was due

// What a server's CONNACK rules out for a fleet that publishes (MQTT 5.0 §3.2.2.3.4 to §3.2.2.3.6).
inline constexpr const char* cause_qos_not_supported = "mqtt:qos_not_supported";
inline constexpr const char* cause_retain_not_supported = "mqtt:retain_not_supported";
inline constexpr const char* cause_packet_too_large = "mqtt:packet_too_large";
/// An acknowledgement for which no message waits.
inline constexpr const char* cause_unexpected_ack = "mqtt:unexpected_acknowledgement";
/// A second connection with its client identifier got through, and this one still stood.
inline constexpr const char* cause_not_taken_over = "takeover:stayed";

/// ICMP said that nobody listens on the server's port.
inline constexpr const char* cause_no_listener = "dtls:no_listener";

/// Why a DTLS handshake came to no end: "dtls:silent_after_cookie", "dtls:flight_lost",
/// "dtls:no_answer", "dtls:server_gave_up".
std::string stall_cause(tls::Stall stall);

/// "errno:ECONNREFUSED"; "errno:N" for one that this table lacks.
std::string errno_cause(int error);

/// How TLS failed: "alert_received:certificate_required(116)", "verify:cert_has_expired(10)",
/// "alert_sent:protocol_version(70)", "tls:protocol", "tls:local", "closed".
std::string tls_cause(const tls::Failure& failure);

/// "alert_received:certificate_required(116)", by its description (RFC 8446 §6).
std::string alert_received_cause(std::uint8_t description);

/// A CONNACK that refuses: "connack:not_authorized(5)".
std::string connack_cause(mqtt::Version version, std::uint8_t code);

/// The code of a SUBACK, PUBACK, PUBREC or PUBCOMP: "suback:not_authorized(135)",
/// "puback:no_matching_subscribers(16)". The name is that of MQTT 5.0; of the codes that 3.1.1 has
/// only SUBACK's 128 is none of a success.
std::string ack_cause(mqtt::PacketType type, std::uint8_t code);

/// A DISCONNECT that the server sent: "disconnect:session_taken_over(142)".
std::string disconnect_cause(std::uint8_t code);

/// An HTTP answer other than 101: "http:404".
std::string http_cause(int status);

/// A WebSocket Close frame: "websocket:close(1002)".
std::string websocket_close_cause(std::uint16_t code);

}  // namespace handfast::loadgen
