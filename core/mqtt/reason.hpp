// Reason codes of MQTT 5.0 (table 2-6) and return codes of MQTT 3.1.1, with the names of the
// standard.
#pragma once

#include <cstdint>
#include <string>

#include "core/mqtt/types.hpp"

namespace handfast::mqtt {

/// MQTT 5.0 table 2-6. Models carry plain bytes, as a peer may send any; these name the ones that
/// exist.
namespace reason {
inline constexpr std::uint8_t success = 0x00;
inline constexpr std::uint8_t normal_disconnection = 0x00;
inline constexpr std::uint8_t granted_qos_0 = 0x00;
inline constexpr std::uint8_t granted_qos_1 = 0x01;
inline constexpr std::uint8_t granted_qos_2 = 0x02;
inline constexpr std::uint8_t disconnect_with_will_message = 0x04;
inline constexpr std::uint8_t no_matching_subscribers = 0x10;
inline constexpr std::uint8_t no_subscription_existed = 0x11;
inline constexpr std::uint8_t continue_authentication = 0x18;
inline constexpr std::uint8_t re_authenticate = 0x19;
inline constexpr std::uint8_t unspecified_error = 0x80;
inline constexpr std::uint8_t malformed_packet = 0x81;
inline constexpr std::uint8_t protocol_error = 0x82;
inline constexpr std::uint8_t implementation_specific_error = 0x83;
inline constexpr std::uint8_t unsupported_protocol_version = 0x84;
inline constexpr std::uint8_t client_identifier_not_valid = 0x85;
inline constexpr std::uint8_t bad_user_name_or_password = 0x86;
inline constexpr std::uint8_t not_authorized = 0x87;
inline constexpr std::uint8_t server_unavailable = 0x88;
inline constexpr std::uint8_t server_busy = 0x89;
inline constexpr std::uint8_t banned = 0x8a;
inline constexpr std::uint8_t server_shutting_down = 0x8b;
inline constexpr std::uint8_t bad_authentication_method = 0x8c;
inline constexpr std::uint8_t keep_alive_timeout = 0x8d;
inline constexpr std::uint8_t session_taken_over = 0x8e;
inline constexpr std::uint8_t topic_filter_invalid = 0x8f;
inline constexpr std::uint8_t topic_name_invalid = 0x90;
inline constexpr std::uint8_t packet_identifier_in_use = 0x91;
inline constexpr std::uint8_t packet_identifier_not_found = 0x92;
inline constexpr std::uint8_t receive_maximum_exceeded = 0x93;
inline constexpr std::uint8_t topic_alias_invalid = 0x94;
inline constexpr std::uint8_t packet_too_large = 0x95;
inline constexpr std::uint8_t message_rate_too_high = 0x96;
inline constexpr std::uint8_t quota_exceeded = 0x97;
inline constexpr std::uint8_t administrative_action = 0x98;
inline constexpr std::uint8_t payload_format_invalid = 0x99;
inline constexpr std::uint8_t retain_not_supported = 0x9a;
inline constexpr std::uint8_t qos_not_supported = 0x9b;
inline constexpr std::uint8_t use_another_server = 0x9c;
inline constexpr std::uint8_t server_moved = 0x9d;
inline constexpr std::uint8_t shared_subscriptions_not_supported = 0x9e;
inline constexpr std::uint8_t connection_rate_exceeded = 0x9f;
inline constexpr std::uint8_t maximum_connect_time = 0xa0;
inline constexpr std::uint8_t subscription_identifiers_not_supported = 0xa1;
inline constexpr std::uint8_t wildcard_subscriptions_not_supported = 0xa2;
}  // namespace reason

/// CONNACK of MQTT 3.1.1 (table 3.1) and the failure code of its SUBACK (§3.9.3).
namespace return_code {
inline constexpr std::uint8_t accepted = 0;
inline constexpr std::uint8_t unacceptable_protocol_version = 1;
inline constexpr std::uint8_t identifier_rejected = 2;
inline constexpr std::uint8_t server_unavailable = 3;
inline constexpr std::uint8_t bad_user_name_or_password = 4;
inline constexpr std::uint8_t not_authorized = 5;
inline constexpr std::uint8_t suback_failure = 0x80;
}  // namespace return_code

/// True when the standard lists `code` for packets of `type` (either direction). Packets without
/// codes: false.
bool is_listed_reason(Version version, PacketType type, std::uint8_t code);

/// The name in the words of the standard, lower case: "not_authorized", "granted_qos_1", for 3.1.1
/// CONNACK "accepted". For a code that `type` does not list: its name elsewhere in the version's
/// table, else "reserved".
std::string reason_name(Version version, PacketType type, std::uint8_t code);

}  // namespace handfast::mqtt
