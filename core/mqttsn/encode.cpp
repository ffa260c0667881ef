// From a message to its bytes, and the names of types and codes.
#include <fmt/format.h>

#include "core/mqttsn/flags.hpp"
#include "core/mqttsn/message.hpp"

namespace handfast::mqttsn {
namespace {

constexpr std::size_t longest_short = 255;
constexpr std::size_t longest = 65535;
constexpr std::uint8_t long_form = 0x01;
constexpr std::uint8_t protocol_1_2 = 0x01;

std::uint8_t bit(bool set, std::uint8_t flag) { return set ? flag : std::uint8_t{0}; }

std::uint8_t flags_of(const Topic& topic, std::int8_t qos) {
  return static_cast<std::uint8_t>(qos_bits(qos) | static_cast<std::uint8_t>(topic.kind));
}

/// Writes the fields of each message; the type says the rest.
struct FieldWriter {
  ByteWriter out;

  void text(std::string_view value) { out.bytes(as_bytes(value)); }
  void topic(const Topic& topic) {
    if (topic.kind == TopicKind::normal) return text(topic.name);
    out.u16(topic.id);
  }

  void operator()(const Advertise& message) {
    out.u8(message.gateway);
    out.u16(message.duration_s);
  }
  void operator()(const Searchgw& message) { out.u8(message.radius); }
  void operator()(const Gwinfo& message) {
    out.u8(message.gateway);
    out.bytes(message.address);
  }
  void operator()(const Connect& message) {
    out.u8(bit(message.will, flag_will) | bit(message.clean_session, flag_clean_session));
    out.u8(protocol_1_2);
    out.u16(message.duration_s);
    text(message.client_id);
  }
  void operator()(const Connack& message) { out.u8(message.code); }
  void operator()(const Willtopicreq&) {}
  void operator()(const Willtopic& message) {
    if (message.topic.empty()) return;
    out.u8(qos_bits(message.qos) | bit(message.retain, flag_retain));
    text(message.topic);
  }
  void operator()(const Willmsgreq&) {}
  void operator()(const Willmsg& message) { out.bytes(message.data); }
  void operator()(const Register& message) {
    out.u16(message.topic_id);
    out.u16(message.message_id);
    text(message.name);
  }
  template <class Ack>
  void ack(const Ack& message) {
    out.u16(message.topic_id);
    out.u16(message.message_id);
    out.u8(message.code);
  }
  void operator()(const Regack& message) { ack(message); }
  void operator()(const Puback& message) { ack(message); }
  void operator()(const Publish& message) {
    out.u8(flags_of(message.topic, message.qos) | bit(message.retain, flag_retain) |
           bit(message.duplicate, flag_duplicate));
    out.u16(message.topic.id);
    out.u16(message.message_id);
    out.bytes(message.data);
  }
  void operator()(const Pubrec& message) { out.u16(message.message_id); }
  void operator()(const Pubrel& message) { out.u16(message.message_id); }
  void operator()(const Pubcomp& message) { out.u16(message.message_id); }
  void operator()(const Subscribe& message) {
    out.u8(flags_of(message.topic, message.qos) | bit(message.duplicate, flag_duplicate));
    out.u16(message.message_id);
    topic(message.topic);
  }
  void operator()(const Suback& message) {
    out.u8(qos_bits(message.qos));
    ack(message);
  }
  void operator()(const Unsubscribe& message) {
    out.u8(flags_of(message.topic, 0));
    out.u16(message.message_id);
    topic(message.topic);
  }
  void operator()(const Unsuback& message) { out.u16(message.message_id); }
  void operator()(const Pingreq& message) { text(message.client_id); }
  void operator()(const Pingresp&) {}
  void operator()(const Disconnect& message) {
    if (message.duration_s) out.u16(*message.duration_s);
  }
  void operator()(const Willtopicresp& message) { out.u8(message.code); }
  void operator()(const Willmsgresp& message) { out.u8(message.code); }
  void operator()(const Forwarded& message) {
    out.u8(message.radius);
    out.bytes(message.node);
  }
};

struct TypeOf {
  using T = MessageType;
  T operator()(const Advertise&) const { return T::advertise; }
  T operator()(const Searchgw&) const { return T::searchgw; }
  T operator()(const Gwinfo&) const { return T::gwinfo; }
  T operator()(const Connect&) const { return T::connect; }
  T operator()(const Connack&) const { return T::connack; }
  T operator()(const Willtopicreq&) const { return T::willtopicreq; }
  T operator()(const Willtopic& m) const { return m.update ? T::willtopicupd : T::willtopic; }
  T operator()(const Willmsgreq&) const { return T::willmsgreq; }
  T operator()(const Willmsg& m) const { return m.update ? T::willmsgupd : T::willmsg; }
  T operator()(const Register&) const { return T::register_; }
  T operator()(const Regack&) const { return T::regack; }
  T operator()(const Publish&) const { return T::publish; }
  T operator()(const Puback&) const { return T::puback; }
  T operator()(const Pubrec&) const { return T::pubrec; }
  T operator()(const Pubrel&) const { return T::pubrel; }
  T operator()(const Pubcomp&) const { return T::pubcomp; }
  T operator()(const Subscribe&) const { return T::subscribe; }
  T operator()(const Suback&) const { return T::suback; }
  T operator()(const Unsubscribe&) const { return T::unsubscribe; }
  T operator()(const Unsuback&) const { return T::unsuback; }
  T operator()(const Pingreq&) const { return T::pingreq; }
  T operator()(const Pingresp&) const { return T::pingresp; }
  T operator()(const Disconnect&) const { return T::disconnect; }
  T operator()(const Willtopicresp&) const { return T::willtopicresp; }
  T operator()(const Willmsgresp&) const { return T::willmsgresp; }
  T operator()(const Forwarded&) const { return T::forwarded; }
};

}  // namespace

MessageType type_of(const Message& message) { return std::visit(TypeOf{}, message); }

bool encode(Bytes& out, const Message& message) {
  Bytes fields;
  std::visit(FieldWriter{ByteWriter(fields)}, message);
  const std::size_t with_short_header = fields.size() + 2;
  const bool is_short = with_short_header <= longest_short;
  const std::size_t total = is_short ? with_short_header : with_short_header + 2;
  if (total > longest) return false;
  ByteWriter writer(out);
  if (is_short) {
    writer.u8(static_cast<std::uint8_t>(total));
  } else {
    writer.u8(long_form);
    writer.u16(static_cast<std::uint16_t>(total));
  }
  writer.u8(static_cast<std::uint8_t>(type_of(message)));
  writer.bytes(fields);
  if (const auto* forwarded = std::get_if<Forwarded>(&message)) writer.bytes(forwarded->message);
  return true;
}

std::string_view to_string(MessageType type) {
  switch (type) {
    case MessageType::advertise:
      return "ADVERTISE";
    case MessageType::searchgw:
      return "SEARCHGW";
    case MessageType::gwinfo:
      return "GWINFO";
    case MessageType::connect:
      return "CONNECT";
    case MessageType::connack:
      return "CONNACK";
    case MessageType::willtopicreq:
      return "WILLTOPICREQ";
    case MessageType::willtopic:
      return "WILLTOPIC";
    case MessageType::willmsgreq:
      return "WILLMSGREQ";
    case MessageType::willmsg:
      return "WILLMSG";
    case MessageType::register_:
      return "REGISTER";
    case MessageType::regack:
      return "REGACK";
    case MessageType::publish:
      return "PUBLISH";
    case MessageType::puback:
      return "PUBACK";
    case MessageType::pubcomp:
      return "PUBCOMP";
    case MessageType::pubrec:
      return "PUBREC";
    case MessageType::pubrel:
      return "PUBREL";
    case MessageType::subscribe:
      return "SUBSCRIBE";
    case MessageType::suback:
      return "SUBACK";
    case MessageType::unsubscribe:
      return "UNSUBSCRIBE";
    case MessageType::unsuback:
      return "UNSUBACK";
    case MessageType::pingreq:
      return "PINGREQ";
    case MessageType::pingresp:
      return "PINGRESP";
    case MessageType::disconnect:
      return "DISCONNECT";
    case MessageType::willtopicupd:
      return "WILLTOPICUPD";
    case MessageType::willtopicresp:
      return "WILLTOPICRESP";
    case MessageType::willmsgupd:
      return "WILLMSGUPD";
    case MessageType::willmsgresp:
      return "WILLMSGRESP";
    case MessageType::forwarded:
      return "forwarder encapsulation";
  }
  return "";
}

std::string return_code_name(std::uint8_t code) {
  switch (code) {
    case return_code::accepted:
      return "accepted";
    case return_code::congestion:
      return "congestion";
    case return_code::invalid_topic_id:
      return "invalid_topic_id";
    case return_code::not_supported:
      return "not_supported";
    default:
      return fmt::format("code_{}", code);
  }
}

}  // namespace handfast::mqttsn
