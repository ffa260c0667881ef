#include "core/mqttsn/decode.hpp"

#include <fmt/format.h>

#include <limits>
#include <stdexcept>
#include <type_traits>

#include "core/mqttsn/flags.hpp"

namespace handfast::mqttsn {
namespace {

constexpr std::uint8_t long_form = 0x01;
constexpr std::uint8_t protocol_1_2 = 0x01;
constexpr std::uint8_t radius_mask = 0x03;

/// Reads the fields of one message; the first defect stays, and reads after it answer zero.
class Fields {
 public:
  explicit Fields(ByteView datagram, std::size_t begin, std::size_t end)
      : reader_(datagram.first(end)) {
    reader_.bytes(begin);
  }

  std::uint8_t u8() { return take(reader_.u8()); }
  std::uint16_t u16() { return take(reader_.u16()); }
  Bytes rest() {
    const auto bytes = reader_.rest();
    return {bytes.begin(), bytes.end()};
  }
  std::string text() { return std::string(as_text(reader_.rest())); }
  std::string name() {
    if (reader_.empty()) complain(Defect::empty_name);
    return text();
  }
  std::uint16_t topic_id() {
    const auto id = u16();
    constexpr auto highest = std::numeric_limits<std::uint16_t>::max();
    if (id == 0 || id == highest) complain(Defect::bad_topic_id, 2);
    return id;
  }
  /// Of a message that is answered.
  std::uint16_t message_id() {
    const auto id = u16();
    if (id == 0) complain(Defect::bad_message_id, 2);
    return id;
  }

  bool empty() const { return reader_.empty(); }
  /// `back`: so many bytes before the place that was reached.
  void complain(Defect defect, std::size_t back = 0) {
    if (!malformed_)
      malformed_ = Malformed{defect, reader_.offset() - std::min(back, reader_.offset())};
  }

  Decoded finish(Message message) {
    if (!reader_.empty()) complain(Defect::trailing_bytes);
    if (malformed_) return *malformed_;
    return message;
  }

 private:
  template <class T>
  T take(std::optional<T> value) {
    if (!value) complain(Defect::truncated);
    return value.value_or(T{});
  }

  ByteReader reader_;
  std::optional<Malformed> malformed_;
};

TopicKind topic_kind(Fields& in, std::uint8_t flags) {
  if (topic_bits(flags) > 2) {
    in.complain(Defect::reserved_topic, 1);
    return TopicKind::normal;
  }
  return static_cast<TopicKind>(topic_bits(flags));
}

Connect read_connect(Fields& in) {
  Connect connect;
  const auto flags = in.u8();
  connect.clean_session = (flags & flag_clean_session) != 0;
  connect.will = (flags & flag_will) != 0;
  if (in.u8() != protocol_1_2) in.complain(Defect::bad_protocol, 1);
  connect.duration_s = in.u16();
  connect.client_id = in.name();
  return connect;
}

Willtopic read_willtopic(Fields& in, bool update) {
  Willtopic will{.update = update};
  if (in.empty()) return will;
  const auto flags = in.u8();
  will.qos = qos_of(flags);
  will.retain = (flags & flag_retain) != 0;
  will.topic = in.name();
  return will;
}

Publish read_publish(Fields& in) {
  Publish publish;
  const auto flags = in.u8();
  publish.qos = qos_of(flags);
  publish.retain = (flags & flag_retain) != 0;
  publish.duplicate = (flags & flag_duplicate) != 0;
  publish.topic.kind = topic_kind(in, flags);
  publish.topic.id = publish.topic.kind == TopicKind::short_name ? in.u16() : in.topic_id();
  publish.message_id = publish.qos > 0 ? in.message_id() : in.u16();
  if (publish.qos <= 0 && publish.message_id != 0) in.complain(Defect::bad_message_id, 2);
  publish.data = in.rest();
  return publish;
}

/// The end of SUBSCRIBE and UNSUBSCRIBE.
Topic read_topic(Fields& in, TopicKind kind) {
  Topic topic{.kind = kind};
  if (kind == TopicKind::normal) {
    topic.name = in.name();
  } else {
    topic.id = kind == TopicKind::short_name ? in.u16() : in.topic_id();
  }
  return topic;
}

Subscribe read_subscribe(Fields& in) {
  Subscribe subscribe;
  const auto flags = in.u8();
  const auto kind = topic_kind(in, flags);
  subscribe.qos = qos_of(flags);
  subscribe.duplicate = (flags & flag_duplicate) != 0;
  subscribe.message_id = in.message_id();
  subscribe.topic = read_topic(in, kind);
  return subscribe;
}

Unsubscribe read_unsubscribe(Fields& in) {
  Unsubscribe unsubscribe;
  const auto kind = topic_kind(in, in.u8());
  unsubscribe.message_id = in.message_id();
  unsubscribe.topic = read_topic(in, kind);
  return unsubscribe;
}

Suback read_suback(Fields& in) {
  Suback suback;
  suback.qos = qos_of(in.u8());
  suback.topic_id = in.u16();
  suback.message_id = in.message_id();
  suback.code = in.u8();
  return suback;
}

/// REGACK and PUBACK.
template <class Ack>
Ack read_ack(Fields& in) {
  Ack ack;
  ack.topic_id = in.u16();
  // A gateway refuses a PUBLISH of QoS 0 with PUBACK too, which then has no message id (§6.6).
  ack.message_id = std::is_same_v<Ack, Puback> ? in.u16() : in.message_id();
  ack.code = in.u8();
  return ack;
}

Register read_register(Fields& in) {
  Register result;
  result.topic_id = in.u16();
  result.message_id = in.message_id();
  result.name = in.name();
  return result;
}

Decoded read_forwarded(ByteView datagram, std::size_t begin, std::size_t end) {
  Fields in(datagram, begin, end);
  Forwarded forwarded;
  const auto control = in.u8();
  if ((control & ~radius_mask) != 0) in.complain(Defect::bad_radius, 1);
  forwarded.radius = control & radius_mask;
  forwarded.node = in.rest();
  const auto inside = datagram.subspan(end);
  forwarded.message.assign(inside.begin(), inside.end());
  if (inside.empty()) in.complain(Defect::truncated);
  return in.finish(std::move(forwarded));
}

Decoded read_fields(MessageType type, Fields& in) {
  switch (type) {
    case MessageType::advertise: {
      Advertise advertise;
      advertise.gateway = in.u8();
      advertise.duration_s = in.u16();
      return in.finish(advertise);
    }
    case MessageType::searchgw:
      return in.finish(Searchgw{.radius = in.u8()});
    case MessageType::gwinfo: {
      Gwinfo info;
      info.gateway = in.u8();
      info.address = in.rest();
      return in.finish(std::move(info));
    }
    case MessageType::connect:
      return in.finish(read_connect(in));
    case MessageType::connack:
      return in.finish(Connack{.code = in.u8()});
    case MessageType::willtopicreq:
      return in.finish(Willtopicreq{});
    case MessageType::willtopic:
      return in.finish(read_willtopic(in, false));
    case MessageType::willmsgreq:
      return in.finish(Willmsgreq{});
    case MessageType::willmsg:
      return in.finish(Willmsg{.data = in.rest()});
    case MessageType::register_:
      return in.finish(read_register(in));
    case MessageType::regack:
      return in.finish(read_ack<Regack>(in));
    case MessageType::publish:
      return in.finish(read_publish(in));
    case MessageType::puback:
      return in.finish(read_ack<Puback>(in));
    case MessageType::pubcomp:
      return in.finish(Pubcomp{.message_id = in.message_id()});
    case MessageType::pubrec:
      return in.finish(Pubrec{.message_id = in.message_id()});
    case MessageType::pubrel:
      return in.finish(Pubrel{.message_id = in.message_id()});
    case MessageType::subscribe:
      return in.finish(read_subscribe(in));
    case MessageType::suback:
      return in.finish(read_suback(in));
    case MessageType::unsubscribe:
      return in.finish(read_unsubscribe(in));
    case MessageType::unsuback:
      return in.finish(Unsuback{.message_id = in.message_id()});
    case MessageType::pingreq:
      return in.finish(Pingreq{.client_id = in.text()});
    case MessageType::pingresp:
      return in.finish(Pingresp{});
    case MessageType::disconnect:
      return in.finish(in.empty() ? Disconnect{} : Disconnect{.duration_s = in.u16()});
    case MessageType::willtopicupd:
      return in.finish(read_willtopic(in, true));
    case MessageType::willtopicresp:
      return in.finish(Willtopicresp{.code = in.u8()});
    case MessageType::willmsgupd:
      return in.finish(Willmsg{.update = true, .data = in.rest()});
    case MessageType::willmsgresp:
      return in.finish(Willmsgresp{.code = in.u8()});
    case MessageType::forwarded:
      break;
  }
  in.complain(Defect::unknown_type, 1);
  return in.finish(Pingresp{});
}

}  // namespace

Decoded decode(ByteView datagram) {
  if (datagram.empty()) return Malformed{Defect::empty, 0};
  ByteReader header(datagram);
  std::size_t length = header.u8().value_or(0);
  if (length == long_form) {
    const auto total = header.u16();
    if (!total) return Malformed{Defect::bad_length_form, header.offset()};
    length = *total;
  }
  // The MsgType has to fit too.
  if (length <= header.offset()) return Malformed{Defect::bad_length_form, 0};
  const auto type = header.u8();
  if (!type) return Malformed{Defect::wrong_length, 0};
  const bool forwarded = *type == static_cast<std::uint8_t>(MessageType::forwarded);
  const bool fits = forwarded ? length <= datagram.size() : length == datagram.size();
  if (!fits) return Malformed{Defect::wrong_length, 0};
  if (forwarded) return read_forwarded(datagram, header.offset(), length);
  Fields fields(datagram, header.offset(), length);
  return read_fields(static_cast<MessageType>(*type), fields);
}

std::string_view to_string(Defect defect) {
  switch (defect) {
    case Defect::empty:
      return "empty";
    case Defect::wrong_length:
      return "wrong_length";
    case Defect::bad_length_form:
      return "bad_length_form";
    case Defect::unknown_type:
      return "unknown_type";
    case Defect::truncated:
      return "truncated";
    case Defect::trailing_bytes:
      return "trailing_bytes";
    case Defect::reserved_topic:
      return "reserved_topic";
    case Defect::bad_protocol:
      return "bad_protocol";
    case Defect::bad_topic_id:
      return "bad_topic_id";
    case Defect::bad_message_id:
      return "bad_message_id";
    case Defect::empty_name:
      return "empty_name";
    case Defect::bad_radius:
      return "bad_radius";
  }
  return "";
}

std::string Malformed::text() const {
  return fmt::format("{} at byte {}", to_string(defect), offset);
}

void throw_exception_from_error(const Malformed& malformed, const boost::source_location& where) {
  throw std::logic_error(fmt::format("{}:{}: value() of a failed decoding: {}", where.file_name(),
                                     where.line(), malformed.text()));
}

}  // namespace handfast::mqttsn
