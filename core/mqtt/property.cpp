#include "core/mqtt/property.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <concepts>

namespace handfast::mqtt {

namespace {

using enum PropertyId;
using enum PropertyPlace;
using enum PropertyType;

constexpr std::uint32_t in(std::same_as<PropertyPlace> auto... places) {
  return ((1U << static_cast<unsigned>(places)) | ...);
}

constexpr std::uint32_t everywhere =
    in(connect, connack, publish, puback, pubrec, pubrel, pubcomp, subscribe, suback, unsubscribe,
       unsuback, disconnect, auth, will);
constexpr std::uint32_t with_reason_string =
    in(connack, puback, pubrec, pubrel, pubcomp, suback, unsuback, disconnect, auth);

constexpr PropertyInfo table[] = {
    {payload_format_indicator, "payload_format_indicator", byte, in(publish, will), 0, 1,
     "§3.3.2.3.2"},
    {message_expiry_interval, "message_expiry_interval", four_byte, in(publish, will), 0,
     UINT32_MAX, "§3.3.2.3.3"},
    {content_type, "content_type", text, in(publish, will), 0, 0, "§3.3.2.3.9"},
    {response_topic, "response_topic", text, in(publish, will), 0, 0, "§3.3.2.3.5"},
    {correlation_data, "correlation_data", binary, in(publish, will), 0, 0, "§3.3.2.3.6"},
    {subscription_identifier, "subscription_identifier", varint, in(publish, subscribe), 1,
     max_varint, "§3.8.2.1.2"},
    {session_expiry_interval, "session_expiry_interval", four_byte,
     in(connect, connack, disconnect), 0, UINT32_MAX, "§3.1.2.11.2"},
    {assigned_client_identifier, "assigned_client_identifier", text, in(connack), 0, 0,
     "§3.2.2.3.7"},
    {server_keep_alive, "server_keep_alive", two_byte, in(connack), 0, 0xffff, "§3.2.2.3.14"},
    {authentication_method, "authentication_method", text, in(connect, connack, auth), 0, 0,
     "§3.1.2.11.9"},
    {authentication_data, "authentication_data", binary, in(connect, connack, auth), 0, 0,
     "§3.1.2.11.10"},
    {request_problem_information, "request_problem_information", byte, in(connect), 0, 1,
     "§3.1.2.11.7"},
    {will_delay_interval, "will_delay_interval", four_byte, in(will), 0, UINT32_MAX, "§3.1.3.2.2"},
    {request_response_information, "request_response_information", byte, in(connect), 0, 1,
     "§3.1.2.11.6"},
    {response_information, "response_information", text, in(connack), 0, 0, "§3.2.2.3.15"},
    {server_reference, "server_reference", text, in(connack, disconnect), 0, 0, "§3.2.2.3.16"},
    {reason_string, "reason_string", text, with_reason_string, 0, 0, "§3.2.2.3.9"},
    {receive_maximum, "receive_maximum", two_byte, in(connect, connack), 1, 0xffff, "§3.1.2.11.3"},
    {topic_alias_maximum, "topic_alias_maximum", two_byte, in(connect, connack), 0, 0xffff,
     "§3.1.2.11.5"},
    {topic_alias, "topic_alias", two_byte, in(publish), 1, 0xffff, "§3.3.2.3.4"},
    {maximum_qos, "maximum_qos", byte, in(connack), 0, 1, "§3.2.2.3.4"},
    {retain_available, "retain_available", byte, in(connack), 0, 1, "§3.2.2.3.5"},
    {user_property, "user_property", text_pair, everywhere, 0, 0, "§3.1.2.11.8"},
    {maximum_packet_size, "maximum_packet_size", four_byte, in(connect, connack), 1, UINT32_MAX,
     "§3.1.2.11.4"},
    {wildcard_subscription_available, "wildcard_subscription_available", byte, in(connack), 0, 1,
     "§3.2.2.3.11"},
    {subscription_identifier_available, "subscription_identifier_available", byte, in(connack), 0,
     1, "§3.2.2.3.12"},
    {shared_subscription_available, "shared_subscription_available", byte, in(connack), 0, 1,
     "§3.2.2.3.13"},
};

template <class T>
const T* find_value(const Properties& properties, PropertyId id) {
  const auto found = std::ranges::find(properties, id, &Property::id);
  return found == properties.end() ? nullptr : std::get_if<T>(&found->value);
}

}  // namespace

const PropertyInfo* find_property_info(std::uint32_t id) {
  for (const auto& info : table) {
    if (static_cast<std::uint32_t>(info.id) == id) return &info;
  }
  return nullptr;
}

std::string to_string(PropertyId id) {
  const auto* info = find_property_info(static_cast<std::uint32_t>(id));
  return info ? std::string(info->name)
              : fmt::format("property 0x{:02x}", static_cast<unsigned>(id));
}

std::optional<std::uint32_t> find_number(const Properties& properties, PropertyId id) {
  const auto* value = find_value<std::uint32_t>(properties, id);
  return value ? std::optional(*value) : std::nullopt;
}

const std::string* find_text(const Properties& properties, PropertyId id) {
  return find_value<std::string>(properties, id);
}

const Bytes* find_binary(const Properties& properties, PropertyId id) {
  return find_value<Bytes>(properties, id);
}

}  // namespace handfast::mqtt
