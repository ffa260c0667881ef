// MQTT-SN 1.2 messages as values. One datagram, or one DTLS record, carries exactly one of them:
//
//     Length (1 or 3 bytes) | MsgType (1) | fields, integers big-endian, the last one up to the end
//
// References are to "MQTT For Sensor Networks (MQTT-SN) Protocol Specification Version 1.2", 2013.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/base/bytes.hpp"

namespace handfast::mqttsn {

enum class MessageType : std::uint8_t {  // §5.2.2
  advertise = 0x00,
  searchgw = 0x01,
  gwinfo = 0x02,
  connect = 0x04,
  connack = 0x05,
  willtopicreq = 0x06,
  willtopic = 0x07,
  willmsgreq = 0x08,
  willmsg = 0x09,
  register_ = 0x0a,
  regack = 0x0b,
  publish = 0x0c,
  puback = 0x0d,
  pubcomp = 0x0e,
  pubrec = 0x0f,
  pubrel = 0x10,
  subscribe = 0x12,
  suback = 0x13,
  unsubscribe = 0x14,
  unsuback = 0x15,
  pingreq = 0x16,
  pingresp = 0x17,
  disconnect = 0x18,
  willtopicupd = 0x1a,
  willtopicresp = 0x1b,
  willmsgupd = 0x1c,
  willmsgresp = 0x1d,
  forwarded = 0xfe,
};
std::string_view to_string(MessageType type);  ///< "PUBLISH"

/// Return codes (§5.3.10); gateways have more of their own, so messages carry the number.
namespace return_code {
inline constexpr std::uint8_t accepted = 0;
inline constexpr std::uint8_t congestion = 1;
inline constexpr std::uint8_t invalid_topic_id = 2;
inline constexpr std::uint8_t not_supported = 3;
}  // namespace return_code
/// "congestion"; "code_128" for one that the standard lacks.
std::string return_code_name(std::uint8_t code);

/// How a message names its topic (TopicIdType, §5.3.4).
enum class TopicKind : std::uint8_t {
  normal = 0,      ///< PUBLISH: an id that was registered; SUBSCRIBE: the name itself
  predefined = 1,  ///< an id that both sides know before
  short_name = 2,  ///< two characters in the place of the id
};

/// A topic as a message carries it: `name` in SUBSCRIBE and UNSUBSCRIBE of kind normal, else `id`.
struct Topic {
  TopicKind kind = TopicKind::normal;
  std::uint16_t id = 0;
  std::string name{};

  bool operator==(const Topic&) const = default;
};
/// The two characters of a short name as the id that carries them.
constexpr std::uint16_t short_topic(char first, char second) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(first) << 8 |
                                    static_cast<unsigned char>(second));
}

struct Advertise {  // §5.4.1
  std::uint8_t gateway = 0;
  std::uint16_t duration_s = 0;
  bool operator==(const Advertise&) const = default;
};
struct Searchgw {  // §5.4.2
  std::uint8_t radius = 0;
  bool operator==(const Searchgw&) const = default;
};
struct Gwinfo {  // §5.4.3
  std::uint8_t gateway = 0;
  Bytes address{};  ///< empty when the gateway answers itself
  bool operator==(const Gwinfo&) const = default;
};
struct Connect {          // §5.4.4
  std::string client_id;  ///< 1 to 23 bytes; longer ones are encoded and decoded all the same
  std::uint16_t duration_s = 0;  ///< keep alive
  bool clean_session = true;
  bool will = false;
  bool operator==(const Connect&) const = default;
};
struct Connack {  // §5.4.5
  std::uint8_t code = 0;
  bool operator==(const Connack&) const = default;
};
struct Willtopicreq {  // §5.4.6
  bool operator==(const Willtopicreq&) const = default;
};
/// WILLTOPIC (§5.4.7) and WILLTOPICUPD (§5.4.19).
struct Willtopic {
  bool update = false;
  std::string topic{};  ///< empty: no will, or the will is to be deleted
  std::int8_t qos = 0;
  bool retain = false;
  bool operator==(const Willtopic&) const = default;
};
struct Willmsgreq {  // §5.4.8
  bool operator==(const Willmsgreq&) const = default;
};
/// WILLMSG (§5.4.9) and WILLMSGUPD (§5.4.20).
struct Willmsg {
  bool update = false;
  Bytes data{};
  bool operator==(const Willmsg&) const = default;
};
struct Register {              // §5.4.10
  std::uint16_t topic_id = 0;  ///< 0 from a client
  std::uint16_t message_id = 0;
  std::string name{};
  bool operator==(const Register&) const = default;
};
struct Regack {  // §5.4.11
  std::uint16_t topic_id = 0;
  std::uint16_t message_id = 0;
  std::uint8_t code = 0;
  bool operator==(const Regack&) const = default;
};
struct Publish {  // §5.4.12
  Topic topic{};
  std::uint16_t message_id = 0;  ///< 0 for QoS 0 and -1
  Bytes data{};
  std::int8_t qos = 0;  ///< -1 to 2
  bool retain = false;
  bool duplicate = false;
  bool operator==(const Publish&) const = default;
};
struct Puback {  // §5.4.13
  std::uint16_t topic_id = 0;
  std::uint16_t message_id = 0;
  std::uint8_t code = 0;
  bool operator==(const Puback&) const = default;
};
struct Pubrec {  // §5.4.14
  std::uint16_t message_id = 0;
  bool operator==(const Pubrec&) const = default;
};
struct Pubrel {
  std::uint16_t message_id = 0;
  bool operator==(const Pubrel&) const = default;
};
struct Pubcomp {
  std::uint16_t message_id = 0;
  bool operator==(const Pubcomp&) const = default;
};
struct Subscribe {  // §5.4.15
  Topic topic{};
  std::uint16_t message_id = 0;
  std::int8_t qos = 0;
  bool duplicate = false;
  bool operator==(const Subscribe&) const = default;
};
struct Suback {                // §5.4.16
  std::uint16_t topic_id = 0;  ///< 0 for a filter with wildcards
  std::uint16_t message_id = 0;
  std::uint8_t code = 0;
  std::int8_t qos = 0;  ///< granted
  bool operator==(const Suback&) const = default;
};
struct Unsubscribe {  // §5.4.17
  Topic topic{};
  std::uint16_t message_id = 0;
  bool operator==(const Unsubscribe&) const = default;
};
struct Unsuback {  // §5.4.18
  std::uint16_t message_id = 0;
  bool operator==(const Unsuback&) const = default;
};
struct Pingreq {            // §5.4.21
  std::string client_id{};  ///< set by a client that wakes up
  bool operator==(const Pingreq&) const = default;
};
struct Pingresp {  // §5.4.22
  bool operator==(const Pingresp&) const = default;
};
struct Disconnect {                           // §5.4.23
  std::optional<std::uint16_t> duration_s{};  ///< set by a client that goes to sleep
  bool operator==(const Disconnect&) const = default;
};
struct Willtopicresp {
  std::uint8_t code = 0;
  bool operator==(const Willtopicresp&) const = default;
};
struct Willmsgresp {
  std::uint8_t code = 0;
  bool operator==(const Willmsgresp&) const = default;
};
/// Forwarder encapsulation (§5.5); its Length ends before the message inside.
struct Forwarded {
  std::uint8_t radius = 0;  ///< 0 to 3
  Bytes node{};
  Bytes message{};  ///< with its own Length; not looked into
  bool operator==(const Forwarded&) const = default;
};

using Message = std::variant<Advertise, Searchgw, Gwinfo, Connect, Connack, Willtopicreq, Willtopic,
                             Willmsgreq, Willmsg, Register, Regack, Publish, Puback, Pubrec, Pubrel,
                             Pubcomp, Subscribe, Suback, Unsubscribe, Unsuback, Pingreq, Pingresp,
                             Disconnect, Willtopicresp, Willmsgresp, Forwarded>;
MessageType type_of(const Message& message);

/// Appends `message` in the shortest form. False, and `out` untouched, when it would exceed the
/// 65,535 bytes that Length can say.
bool encode(Bytes& out, const Message& message);

}  // namespace handfast::mqttsn
