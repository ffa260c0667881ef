// MQTT 5.0 properties: the model and table 2-4.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/mqtt/types.hpp"

namespace handfast::mqtt {

/// Property identifiers (MQTT 5.0 table 2-4).
enum class PropertyId : std::uint8_t {
  payload_format_indicator = 0x01,
  message_expiry_interval = 0x02,
  content_type = 0x03,
  response_topic = 0x08,
  correlation_data = 0x09,
  subscription_identifier = 0x0b,
  session_expiry_interval = 0x11,
  assigned_client_identifier = 0x12,
  server_keep_alive = 0x13,
  authentication_method = 0x15,
  authentication_data = 0x16,
  request_problem_information = 0x17,
  will_delay_interval = 0x18,
  request_response_information = 0x19,
  response_information = 0x1a,
  server_reference = 0x1c,
  reason_string = 0x1f,
  receive_maximum = 0x21,
  topic_alias_maximum = 0x22,
  topic_alias = 0x23,
  maximum_qos = 0x24,
  retain_available = 0x25,
  user_property = 0x26,
  maximum_packet_size = 0x27,
  wildcard_subscription_available = 0x28,
  subscription_identifier_available = 0x29,
  shared_subscription_available = 0x2a,
};

/// How a property's value lies on the wire (MQTT 5.0 §2.2.2.2).
enum class PropertyType { byte, two_byte, four_byte, varint, text, binary, text_pair };

/// Where a property list stands: a packet, or the will inside CONNECT.
enum class PropertyPlace : std::uint8_t {
  connect = 1,
  connack = 2,
  publish = 3,
  puback = 4,
  pubrec = 5,
  pubrel = 6,
  pubcomp = 7,
  subscribe = 8,
  suback = 9,
  unsubscribe = 10,
  unsuback = 11,
  disconnect = 14,
  auth = 15,
  will = 16,
};

/// One row of table 2-4, with the value range that the property's own section states.
struct PropertyInfo {
  PropertyId id{};
  std::string_view name{};  ///< "session_expiry_interval"
  PropertyType type{};
  std::uint32_t places = 0;  ///< bit N set: allowed in PropertyPlace N
  std::uint32_t minimum = 0;
  std::uint32_t maximum = 0;   ///< of integer types
  std::string_view section{};  ///< where the standard states range and multiplicity: "§3.1.2.11.3"

  bool allowed_in(PropertyPlace place) const {
    return ((places >> static_cast<unsigned>(place)) & 1U) != 0;
  }
  /// User Property may stand anywhere any number of times; Subscription Identifier in PUBLISH only
  /// (§3.3.2.3.8).
  bool repeatable_in(PropertyPlace place) const {
    return id == PropertyId::user_property ||
           (id == PropertyId::subscription_identifier && place == PropertyPlace::publish);
  }
};

/// The row of identifier `id`; nullptr for numbers that table 2-4 does not have.
const PropertyInfo* find_property_info(std::uint32_t id);
/// "receive_maximum"; "property 0xNN" for an unknown number.
std::string to_string(PropertyId id);

using TextPair = std::pair<std::string, std::string>;

/// A value of any property: all integer types are uint32, UTF-8 strings std::string, binary data
/// Bytes.
using PropertyValue = std::variant<std::uint32_t, std::string, Bytes, TextPair>;

struct Property {
  PropertyId id{};
  PropertyValue value{};

  bool operator==(const Property&) const = default;
};

/// In the order of the wire, which matters for user properties ([MQTT-3.3.2-18]) and for evidence.
using Properties = std::vector<Property>;

/// The first value of `id`; nullopt or nullptr when it is absent or of another type.
std::optional<std::uint32_t> find_number(const Properties& properties, PropertyId id);
const std::string* find_text(const Properties& properties, PropertyId id);
const Bytes* find_binary(const Properties& properties, PropertyId id);

}  // namespace handfast::mqtt
