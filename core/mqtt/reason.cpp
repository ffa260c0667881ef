#include "core/mqtt/reason.hpp"

#include <concepts>
#include <string_view>

namespace handfast::mqtt {

namespace {

using enum PacketType;

constexpr std::uint16_t in(std::same_as<PacketType> auto... types) {
  return static_cast<std::uint16_t>(((1U << static_cast<unsigned>(types)) | ...));
}

struct Row {
  std::uint8_t code = 0;
  std::string_view name;
  std::uint16_t types = 0;  ///< bit N set: listed for packet type N
};

/// Table 2-6. It gives 0x8c to DISCONNECT, which table 3-10 leaves out: where the standard
/// contradicts itself a peer may do either.
constexpr Row table_5_0[] = {
    {0x00, "success", in(connack, puback, pubrec, pubrel, pubcomp, unsuback, auth)},
    {0x00, "normal_disconnection", in(disconnect)},
    {0x00, "granted_qos_0", in(suback)},
    {0x01, "granted_qos_1", in(suback)},
    {0x02, "granted_qos_2", in(suback)},
    {0x04, "disconnect_with_will_message", in(disconnect)},
    {0x10, "no_matching_subscribers", in(puback, pubrec)},
    {0x11, "no_subscription_existed", in(unsuback)},
    {0x18, "continue_authentication", in(auth)},
    {0x19, "re_authenticate", in(auth)},
    {0x80, "unspecified_error", in(connack, puback, pubrec, suback, unsuback, disconnect)},
    {0x81, "malformed_packet", in(connack, disconnect)},
    {0x82, "protocol_error", in(connack, disconnect)},
    {0x83, "implementation_specific_error",
     in(connack, puback, pubrec, suback, unsuback, disconnect)},
    {0x84, "unsupported_protocol_version", in(connack)},
    {0x85, "client_identifier_not_valid", in(connack)},
    {0x86, "bad_user_name_or_password", in(connack)},
    {0x87, "not_authorized", in(connack, puback, pubrec, suback, unsuback, disconnect)},
    {0x88, "server_unavailable", in(connack)},
    {0x89, "server_busy", in(connack, disconnect)},
    {0x8a, "banned", in(connack)},
    {0x8b, "server_shutting_down", in(disconnect)},
    {0x8c, "bad_authentication_method", in(connack, disconnect)},
    {0x8d, "keep_alive_timeout", in(disconnect)},
    {0x8e, "session_taken_over", in(disconnect)},
    {0x8f, "topic_filter_invalid", in(suback, unsuback, disconnect)},
    {0x90, "topic_name_invalid", in(connack, puback, pubrec, disconnect)},
    {0x91, "packet_identifier_in_use", in(puback, pubrec, suback, unsuback)},
    {0x92, "packet_identifier_not_found", in(pubrel, pubcomp)},
    {0x93, "receive_maximum_exceeded", in(disconnect)},
    {0x94, "topic_alias_invalid", in(disconnect)},
    {0x95, "packet_too_large", in(connack, disconnect)},
    {0x96, "message_rate_too_high", in(disconnect)},
    {0x97, "quota_exceeded", in(connack, puback, pubrec, suback, disconnect)},
    {0x98, "administrative_action", in(disconnect)},
    {0x99, "payload_format_invalid", in(connack, puback, pubrec, disconnect)},
    {0x9a, "retain_not_supported", in(connack, disconnect)},
    {0x9b, "qos_not_supported", in(connack, disconnect)},
    {0x9c, "use_another_server", in(connack, disconnect)},
    {0x9d, "server_moved", in(connack, disconnect)},
    {0x9e, "shared_subscriptions_not_supported", in(suback, disconnect)},
    {0x9f, "connection_rate_exceeded", in(connack, disconnect)},
    {0xa0, "maximum_connect_time", in(disconnect)},
    {0xa1, "subscription_identifiers_not_supported", in(suback, disconnect)},
    {0xa2, "wildcard_subscriptions_not_supported", in(suback, disconnect)},
};

constexpr Row table_3_1_1[] = {
    {0x00, "accepted", in(connack)},
    {0x01, "unacceptable_protocol_version", in(connack)},
    {0x02, "identifier_rejected", in(connack)},
    {0x03, "server_unavailable", in(connack)},
    {0x04, "bad_user_name_or_password", in(connack)},
    {0x05, "not_authorized", in(connack)},
    {0x00, "success_maximum_qos_0", in(suback)},
    {0x01, "success_maximum_qos_1", in(suback)},
    {0x02, "success_maximum_qos_2", in(suback)},
    {0x80, "failure", in(suback)},
};

/// The row for `code`, preferring the one that lists `type`; nullptr when the version has no such
/// code.
const Row* find_row(Version version, PacketType type, std::uint8_t code) {
  const Row* elsewhere = nullptr;
  const auto search = [&](const auto& table) -> const Row* {
    for (const auto& row : table) {
      if (row.code != code) continue;
      if ((row.types & in(type)) != 0) return &row;
      if (!elsewhere) elsewhere = &row;
    }
    return elsewhere;
  };
  return version == Version::v3_1_1 ? search(table_3_1_1) : search(table_5_0);
}

}  // namespace

bool is_listed_reason(Version version, PacketType type, std::uint8_t code) {
  const auto* row = find_row(version, type, code);
  return row && (row->types & in(type)) != 0;
}

std::string reason_name(Version version, PacketType type, std::uint8_t code) {
  const auto* row = find_row(version, type, code);
  return row ? std::string(row->name) : "reserved";
}

}  // namespace handfast::mqtt
