#include "core/mqtt/property.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/mqtt/samples.hpp"

using namespace handfast;
using namespace handfast::mqtt;
using namespace handfast::mqtt::test;

namespace {

/// Decodes a 5.0 CONNECT with the property list `properties` (its length included).
std::string connect_with(std::string_view properties) {
  return error_text(packet(0x10, "0004 'MQTT' 05 02 0000" + std::string(properties) + "0000"), v5);
}

}  // namespace

TEST_CASE("table 2-4 has 27 properties and no others", "[mqtt]") {
  int count = 0;
  for (std::uint32_t id = 0; id < 256; ++id) count += find_property_info(id) != nullptr ? 1 : 0;
  CHECK(count == 27);
  CHECK(to_string(PropertyId::receive_maximum) == "receive_maximum");
  CHECK(to_string(static_cast<PropertyId>(0x7f)) == "property 0x7f");
}

TEST_CASE("properties are allowed where table 2-4 says and nowhere else", "[mqtt]") {
  struct Row {
    PropertyId id;
    const char* places;  ///< as the table lists them
  };
  using enum PropertyId;
  const std::vector<std::pair<PropertyPlace, std::string>> places = {
      {PropertyPlace::connect, "CONNECT"},         {PropertyPlace::connack, "CONNACK"},
      {PropertyPlace::publish, "PUBLISH"},         {PropertyPlace::will, "Will"},
      {PropertyPlace::puback, "PUBACK"},           {PropertyPlace::pubrec, "PUBREC"},
      {PropertyPlace::pubrel, "PUBREL"},           {PropertyPlace::pubcomp, "PUBCOMP"},
      {PropertyPlace::subscribe, "SUBSCRIBE"},     {PropertyPlace::suback, "SUBACK"},
      {PropertyPlace::unsubscribe, "UNSUBSCRIBE"}, {PropertyPlace::unsuback, "UNSUBACK"},
      {PropertyPlace::disconnect, "DISCONNECT"},   {PropertyPlace::auth, "AUTH"}};
  for (const auto& row : {
           Row{payload_format_indicator, "PUBLISH Will"},
           Row{message_expiry_interval, "PUBLISH Will"},
           Row{content_type, "PUBLISH Will"},
           Row{response_topic, "PUBLISH Will"},
           Row{correlation_data, "PUBLISH Will"},
           Row{subscription_identifier, "PUBLISH SUBSCRIBE"},
           Row{session_expiry_interval, "CONNECT CONNACK DISCONNECT"},
           Row{assigned_client_identifier, "CONNACK"},
           Row{server_keep_alive, "CONNACK"},
           Row{authentication_method, "CONNECT CONNACK AUTH"},
           Row{authentication_data, "CONNECT CONNACK AUTH"},
           Row{request_problem_information, "CONNECT"},
           Row{will_delay_interval, "Will"},
           Row{request_response_information, "CONNECT"},
           Row{response_information, "CONNACK"},
           Row{server_reference, "CONNACK DISCONNECT"},
           Row{reason_string,
               "CONNACK PUBACK PUBREC PUBREL PUBCOMP SUBACK UNSUBACK DISCONNECT AUTH"},
           Row{receive_maximum, "CONNECT CONNACK"},
           Row{topic_alias_maximum, "CONNECT CONNACK"},
           Row{topic_alias, "PUBLISH"},
           Row{maximum_qos, "CONNACK"},
           Row{retain_available, "CONNACK"},
           Row{user_property,
               "CONNECT CONNACK PUBLISH Will PUBACK PUBREC PUBREL PUBCOMP SUBSCRIBE SUBACK "
               "UNSUBSCRIBE UNSUBACK DISCONNECT AUTH"},
           Row{maximum_packet_size, "CONNECT CONNACK"},
           Row{wildcard_subscription_available, "CONNACK"},
           Row{subscription_identifier_available, "CONNACK"},
           Row{shared_subscription_available, "CONNACK"},
       }) {
    CAPTURE(to_string(row.id));
    const auto* info = find_property_info(static_cast<std::uint32_t>(row.id));
    REQUIRE(info);
    const auto listed = ' ' + std::string(row.places) + ' ';
    for (const auto& [place, name] : places) {
      CAPTURE(name);
      CHECK(info->allowed_in(place) == (listed.find(' ' + name + ' ') != listed.npos));
    }
  }
}

TEST_CASE("a broken property list names its rule", "[mqtt]") {
  CHECK(connect_with("02 0700") ==
        "CONNECT byte 13: expected a property identifier of table 2-4, saw 0x07 (MQTT 5.0 "
        "§2.2.2.2)");
  CHECK(connect_with("03 23 0001") ==
        "CONNECT byte 13: expected a property that this packet may have, saw topic_alias (MQTT "
        "5.0 §2.2.2.2)");
  CHECK(connect_with("06 21 0001 21 0002") ==
        "CONNECT byte 16: expected receive_maximum at most once, saw a second one (MQTT 5.0 "
        "§3.1.2.11.3)");
  CHECK(connect_with("03 21 0000") ==
        "CONNECT byte 14: expected receive_maximum above 0, saw 0 (MQTT 5.0 §3.1.2.11.3)");
  CHECK(connect_with("05 27 00000000") ==
        "CONNECT byte 14: expected maximum_packet_size above 0, saw 0 (MQTT 5.0 §3.1.2.11.4)");
  CHECK(connect_with("02 17 02") ==
        "CONNECT byte 14: expected request_problem_information of 0 to 1, saw 2 (MQTT 5.0 "
        "§3.1.2.11.7)");
  CHECK(connect_with("04 16 0001 00") ==
        "CONNECT byte 12: expected authentication_method beside authentication_data, saw "
        "authentication_data alone (MQTT 5.0 §3.1.2.11.10)");
  CHECK(connect_with("04 15 0001 ff") ==
        "CONNECT byte 16: expected authentication_method in well-formed UTF-8, saw 0xff (MQTT "
        "5.0 [MQTT-1.5.4-1])");
  CHECK(connect_with("04 15 0001 00") ==
        "CONNECT byte 16: expected authentication_method without U+0000, saw 0x00 (MQTT 5.0 "
        "[MQTT-1.5.4-2])");
}

TEST_CASE("a property list and its length must agree", "[mqtt]") {
  CHECK(connect_with("02 21 0001") ==
        "CONNECT byte 12: expected properties that end after 2 bytes, saw a property 1 bytes "
        "longer (MQTT 5.0 §2.2.2.1)");
  CHECK(connect_with("7f 21 0001") ==
        "CONNECT byte 12: expected properties of 127 bytes, saw 5 before the packet's end (MQTT "
        "5.0 §2.2.2.1)");
  CHECK(connect_with("80 00") ==
        "CONNECT byte 12: expected property length 0 in 1 byte, saw 2 bytes (MQTT 5.0 "
        "[MQTT-1.5.5-1])");
  CHECK(connect_with("ffffffff") ==
        "CONNECT byte 15: expected property length of at most four bytes, saw 0xff as its fourth "
        "byte (MQTT 5.0 §1.5.5)");
}

TEST_CASE("user properties may repeat and keep their order", "[mqtt]") {
  CHECK(connect_with("0e 26 0001 'b' 0001 '1' 26 0001 'b' 0001 '2'") ==
        "decoded: CONNECT level=5 client_id=\"\" clean_start=1 keep_alive=0s "
        "user_property=\"b\":\"1\" user_property=\"b\":\"2\"");
}

TEST_CASE("find answers values by type and nothing for another", "[mqtt]") {
  const Properties properties{{PropertyId::receive_maximum, 5U},
                              {PropertyId::reason_string, std::string("why")},
                              {PropertyId::correlation_data, Bytes{1}}};
  CHECK(find_number(properties, PropertyId::receive_maximum) == 5U);
  CHECK(*find_text(properties, PropertyId::reason_string) == "why");
  CHECK(*find_binary(properties, PropertyId::correlation_data) == Bytes{1});
  CHECK_FALSE(find_number(properties, PropertyId::reason_string));
  CHECK_FALSE(find_text(properties, PropertyId::content_type));
  CHECK_FALSE(find_binary(properties, PropertyId::receive_maximum));
}

TEST_CASE("a property value that does not fit its wire type cannot be encoded", "[mqtt]") {
  Bytes out;
  const auto problem_of = [&out](Property property) {
    const auto result = encode_connack(out, v5, {false, 0, {std::move(property)}});
    return result ? std::string("encoded") : result.error().text();
  };
  CHECK(problem_of({PropertyId::maximum_qos, 256U}) ==
        "CONNACK: maximum_qos has a value that does not fit its type");
  CHECK(problem_of({PropertyId::receive_maximum, 65536U}) ==
        "CONNACK: receive_maximum has a value that does not fit its type");
  CHECK(problem_of({PropertyId::subscription_identifier, 268'435'456U}) ==
        "CONNACK: subscription_identifier has a value that does not fit its type");
  CHECK(problem_of({PropertyId::reason_string, 1U}) ==
        "CONNACK: reason_string has a value that does not fit its type");
  CHECK(problem_of({static_cast<PropertyId>(0x7f), 1U}) ==
        "CONNACK: property 0x7f is not in table 2-4");
  CHECK(problem_of({PropertyId::topic_alias, 0U}) == "encoded");  // wrong on purpose is possible
}
