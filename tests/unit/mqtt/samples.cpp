#include "tests/unit/mqtt/samples.hpp"

namespace handfast::mqtt::test {

namespace {

Bytes text(std::string_view value) {
  const auto bytes = as_bytes(value);
  return {bytes.begin(), bytes.end()};
}

void add_connects(std::vector<Sample>& all) {
  // The raw CONNECT of the EMQ X guide to MQTT over TLS.
  all.push_back(
      {"CONNECT of the EMQ X guide", v3, hex("10 0d 00 04 4d 51 54 54 04 00 00 00 00 01 61"),
       Connect{.version = v3, .client_id = "a", .clean_start = false, .keep_alive_s = 0}});
  // Figure 3.6 of MQTT 3.1.1 with a payload: all flags, keep alive 10, will QoS 1.
  all.push_back({"CONNECT 3.1.1 with everything", v3,
                 hex("10 23 0004 'MQTT' 04 ee 000a 0002 'id' 0003 'w/t' 0002 0001 0004 'user' 0004"
                     "'pass'"),
                 Connect{.version = v3,
                         .client_id = "id",
                         .clean_start = true,
                         .keep_alive_s = 10,
                         .will = Will{.topic = "w/t", .payload = {0, 1}, .qos = 1, .retain = true},
                         .user_name = "user",
                         .password = text("pass")}});
  // Figure 3-6 of MQTT 5.0: session expiry interval 10.
  all.push_back(
      {"CONNECT 5.0", v5,
       hex("10 30 0004 'MQTT' 05 d6 003c 05 11 0000000a 0001 'c'"
           "0e 18 00000005 01 01 26 0001 'k' 0001 'v' 0001 't' 0001 'p'"
           "0001 'u' 0003 'abc'"),
       Connect{.version = v5,
               .client_id = "c",
               .clean_start = true,
               .keep_alive_s = 60,
               .will = Will{.topic = "t",
                            .payload = text("p"),
                            .qos = 2,
                            .retain = false,
                            .properties = {{PropertyId::will_delay_interval, 5U},
                                           {PropertyId::payload_format_indicator, 1U},
                                           {PropertyId::user_property, TextPair("k", "v")}}},
               .user_name = "u",
               .password = text("abc"),
               .properties = {{PropertyId::session_expiry_interval, 10U}}}});
  // 5.0 allows a password alone (§3.1.2.9).
  all.push_back({"CONNECT 5.0 with a password alone", v5,
                 hex("10 11 0004 'MQTT' 05 42 0000 00 0000 0002 ff00"),
                 Connect{.version = v5,
                         .client_id = "",
                         .clean_start = true,
                         .keep_alive_s = 0,
                         .password = Bytes{0xff, 0x00}}});
}

void add_connacks(std::vector<Sample>& all) {
  all.push_back({"CONNACK 3.1.1 accepted", v3, hex("20 02 00 00"), Connack{}});
  all.push_back({"CONNACK 3.1.1 resumed", v3, hex("20 02 01 00"),
                 Connack{.session_present = true, .code = 0}});
  all.push_back({"CONNACK 3.1.1 refused", v3, hex("20 02 00 05"),
                 Connack{.session_present = false, .code = 5}});
  all.push_back({"CONNACK 5.0 with every property", v5,
                 hex("20 3f 00 00 3c"
                     "11 00000001 21 0014 24 01 25 00 27 00000100 12 0001 'i' 22 000a 1f 0001 'r'"
                     "26 0001 'a' 0001 'b' 28 01 29 01 2a 00 13 003c 1a 0001 'x' 1c 0001 's'"
                     "15 0001 'm' 16 0001 00"),
                 Connack{.session_present = false,
                         .code = 0,
                         .properties = {{PropertyId::session_expiry_interval, 1U},
                                        {PropertyId::receive_maximum, 20U},
                                        {PropertyId::maximum_qos, 1U},
                                        {PropertyId::retain_available, 0U},
                                        {PropertyId::maximum_packet_size, 256U},
                                        {PropertyId::assigned_client_identifier, std::string("i")},
                                        {PropertyId::topic_alias_maximum, 10U},
                                        {PropertyId::reason_string, std::string("r")},
                                        {PropertyId::user_property, TextPair("a", "b")},
                                        {PropertyId::wildcard_subscription_available, 1U},
                                        {PropertyId::subscription_identifier_available, 1U},
                                        {PropertyId::shared_subscription_available, 0U},
                                        {PropertyId::server_keep_alive, 60U},
                                        {PropertyId::response_information, std::string("x")},
                                        {PropertyId::server_reference, std::string("s")},
                                        {PropertyId::authentication_method, std::string("m")},
                                        {PropertyId::authentication_data, Bytes{0}}}}});
  all.push_back({"CONNACK 5.0 refused", v5, hex("20 03 00 87 00"),
                 Connack{.session_present = false, .code = 0x87}});
}

void add_publishes(std::vector<Sample>& all) {
  // Figure 3.11 of MQTT 3.1.1: topic a/b, packet identifier 10.
  all.push_back({"PUBLISH 3.1.1 QoS 1", v3, hex("32 09 0003 'a/b' 000a 'hi'"),
                 Publish{.dup = false,
                         .qos = 1,
                         .retain = false,
                         .topic = "a/b",
                         .packet_id = 10,
                         .payload = text("hi")}});
  all.push_back({"PUBLISH 3.1.1 QoS 0, retained and empty", v3, hex("31 03 0001 't'"),
                 Publish{.dup = false, .qos = 0, .retain = true, .topic = "t", .packet_id = 0}});
  all.push_back({"PUBLISH 5.0 QoS 2, again, with a topic alias and two subscriptions", v5,
                 hex("3c 15 0000 0001 0c 23 0001 0b 01 0b 8001 08 0001 'r' 'data'"),
                 Publish{.dup = true,
                         .qos = 2,
                         .retain = false,
                         .topic = "",
                         .packet_id = 1,
                         .properties = {{PropertyId::topic_alias, 1U},
                                        {PropertyId::subscription_identifier, 1U},
                                        {PropertyId::subscription_identifier, 128U},
                                        {PropertyId::response_topic, std::string("r")}},
                         .payload = text("data")}});
  all.push_back({"PUBLISH 5.0 QoS 0", v5,
                 hex("30 17 0001 't' 11 02 0000003c 09 0002 0001 03 0004 'json' '{}'"),
                 Publish{.dup = false,
                         .qos = 0,
                         .retain = false,
                         .topic = "t",
                         .packet_id = 0,
                         .properties = {{PropertyId::message_expiry_interval, 60U},
                                        {PropertyId::correlation_data, Bytes{0, 1}},
                                        {PropertyId::content_type, std::string("json")}},
                         .payload = text("{}")}});
}

void add_acks(std::vector<Sample>& all) {
  all.push_back({"PUBACK 3.1.1", v3, hex("40 02 000a"), Puback{10, 0, {}}});
  all.push_back({"PUBREC 3.1.1", v3, hex("50 02 ffff"), Pubrec{65535, 0, {}}});
  all.push_back({"PUBREL 3.1.1", v3, hex("62 02 0001"), Pubrel{1, 0, {}}});
  all.push_back({"PUBCOMP 3.1.1", v3, hex("70 02 0001"), Pubcomp{1, 0, {}}});
  all.push_back({"PUBACK 5.0, short", v5, hex("40 02 000a"), Puback{10, 0, {}}});
  all.push_back({"PUBACK 5.0 with a code", v5, hex("40 03 000a 10"), Puback{10, 0x10, {}}});
  all.push_back({"PUBREC 5.0 with a reason string", v5, hex("50 09 000a 97 05 1f 0002 'no'"),
                 Pubrec{10, 0x97, {{PropertyId::reason_string, std::string("no")}}}});
  all.push_back(
      {"PUBREL 5.0 for an unknown identifier", v5, hex("62 03 0002 92"), Pubrel{2, 0x92, {}}});
  all.push_back({"PUBCOMP 5.0 with a user property", v5,
                 hex("70 0b 0002 00 07 26 0001 'a' 0001 'b'"),
                 Pubcomp{2, 0, {{PropertyId::user_property, TextPair("a", "b")}}}});
}

void add_subscriptions(std::vector<Sample>& all) {
  // Figure 3.23 of MQTT 3.1.1: a/b at QoS 1, c/d at QoS 2.
  all.push_back({"SUBSCRIBE 3.1.1", v3, hex("82 0e 000a 0003 'a/b' 01 0003 'c/d' 02"),
                 Subscribe{10, {}, {{.filter = "a/b", .qos = 1}, {.filter = "c/d", .qos = 2}}}});
  all.push_back({"SUBSCRIBE 5.0", v5, hex("82 0b 000a 03 0b ff7f 0002 '+/' 2d"),
                 Subscribe{10,
                           {{PropertyId::subscription_identifier, 16383U}},
                           {{.filter = "+/",
                             .qos = 1,
                             .no_local = true,
                             .retain_as_published = true,
                             .retain_handling = 2}}}});
  all.push_back(
      {"SUBACK 3.1.1", v3, hex("90 06 000a 00 01 02 80"), Suback{10, {}, {0, 1, 2, 0x80}}});
  all.push_back({"SUBACK 5.0", v5, hex("90 05 000a 00 02 8f"), Suback{10, {}, {2, 0x8f}}});
  // Figure 3.29 of MQTT 3.1.1.
  all.push_back({"UNSUBSCRIBE 3.1.1", v3, hex("a2 0c 000a 0003 'a/b' 0003 'c/d'"),
                 Unsubscribe{10, {}, {"a/b", "c/d"}}});
  all.push_back({"UNSUBSCRIBE 5.0", v5, hex("a2 0d 000a 07 26 0001 'a' 0001 'b' 0001 '#'"),
                 Unsubscribe{10, {{PropertyId::user_property, TextPair("a", "b")}}, {"#"}}});
  all.push_back({"UNSUBACK 3.1.1", v3, hex("b0 02 000a"), Unsuback{10, {}, {}}});
  all.push_back({"UNSUBACK 5.0", v5, hex("b0 05 000a 00 00 11"), Unsuback{10, {}, {0, 0x11}}});
}

void add_rest(std::vector<Sample>& all) {
  all.push_back({"PINGREQ", v3, hex("c0 00"), Pingreq{}});
  all.push_back({"PINGRESP", v5, hex("d0 00"), Pingresp{}});
  all.push_back({"DISCONNECT 3.1.1", v3, hex("e0 00"), Disconnect{}});
  all.push_back({"DISCONNECT 5.0, short", v5, hex("e0 00"), Disconnect{}});
  all.push_back({"DISCONNECT 5.0 with a code", v5, hex("e0 01 8e"), Disconnect{0x8e, {}}});
  all.push_back({"DISCONNECT 5.0 with properties", v5, hex("e0 07 9d 05 1c 0002 'b2'"),
                 Disconnect{0x9d, {{PropertyId::server_reference, std::string("b2")}}}});
  all.push_back({"AUTH, short", v5, hex("f0 00"), Auth{}});
  all.push_back({"AUTH", v5, hex("f0 0a 18 08 15 0001 'm' 16 0001 2a"),
                 Auth{0x18,
                      {{PropertyId::authentication_method, std::string("m")},
                       {PropertyId::authentication_data, Bytes{42}}}}});
}

}  // namespace

const std::vector<Sample>& samples() {
  static const auto all = [] {
    std::vector<Sample> list;
    add_connects(list);
    add_connacks(list);
    add_publishes(list);
    add_acks(list);
    add_subscriptions(list);
    add_rest(list);
    return list;
  }();
  return all;
}

Bytes packet(std::uint8_t first, std::string_view body_hex) {
  Bytes bytes{first};
  const auto body = hex(body_hex);
  if (body.size() > 127) throw std::invalid_argument("body above 127 bytes");
  bytes.push_back(static_cast<std::uint8_t>(body.size()));
  bytes.insert(bytes.end(), body.begin(), body.end());
  return bytes;
}

std::string error_text(const Bytes& bytes, Version version) {
  const auto decoded = decode_packet(bytes, version);
  if (decoded.need_more()) return "need more";
  if (decoded.has_error()) return decoded.error().text();
  return "decoded: " + describe(decoded->packet, version);
}

}  // namespace handfast::mqtt::test
