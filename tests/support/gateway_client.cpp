#include "tests/support/gateway_client.hpp"

#include "core/mqttsn/decode.hpp"

namespace handfast::test {

namespace {

constexpr auto broker_version = mqtt::Version::v3_1_1;
constexpr std::uint8_t broker_refused = 0x80;

bool has_wildcard(const std::string& filter) {
  return filter.find_first_of("+#") != std::string::npos;
}

}  // namespace

void GatewayClient::from_client(ByteView datagram, Step& out) {
  const auto message = mqttsn::decode(datagram);
  if (!message) {
    ++malformed_;
    return;
  }
  if (const auto* one = std::get_if<mqttsn::Connect>(&*message)) return connect(*one, out);
  if (const auto* one = std::get_if<mqttsn::Publish>(&*message)) return publish(*one, out);
  if (const auto* one = std::get_if<mqttsn::Subscribe>(&*message)) return subscribe(*one, out);
  if (const auto* one = std::get_if<mqttsn::Regack>(&*message)) return on_regack(*one, out);
  if (const auto* one = std::get_if<mqttsn::Willtopic>(&*message)) {
    connect_.will = mqtt::Will{
        .topic = one->topic, .qos = static_cast<std::uint8_t>(one->qos), .retain = one->retain};
    return tell(mqttsn::Willmsgreq{}, out);
  }
  if (const auto* one = std::get_if<mqttsn::Willmsg>(&*message)) {
    if (connect_.will) connect_.will->payload = one->data;
    return connect_broker(out);
  }
  if (const auto* one = std::get_if<mqttsn::Register>(&*message)) {
    const auto id = id_of(one->name);
    known_to_client_[id] = true;
    return tell(mqttsn::Regack{.topic_id = id, .message_id = one->message_id}, out);
  }
  if (const auto* one = std::get_if<mqttsn::Puback>(&*message))
    return ask_broker(mqtt::Puback{.packet_id = one->message_id}, out);
  if (const auto* one = std::get_if<mqttsn::Pubrec>(&*message))
    return ask_broker(mqtt::Pubrec{.packet_id = one->message_id}, out);
  if (const auto* one = std::get_if<mqttsn::Pubrel>(&*message))
    return ask_broker(mqtt::Pubrel{.packet_id = one->message_id}, out);
  if (const auto* one = std::get_if<mqttsn::Pubcomp>(&*message))
    return ask_broker(mqtt::Pubcomp{.packet_id = one->message_id}, out);
  if (std::holds_alternative<mqttsn::Pingreq>(*message)) {
    if (!asleep_) return ask_broker(mqtt::Pingreq{}, out);
    waking_ = true;
    return deliver_waiting(out);
  }
  if (const auto* one = std::get_if<mqttsn::Disconnect>(&*message)) {
    if (one->duration_s) {
      asleep_ = true;
      return tell(mqttsn::Disconnect{}, out);
    }
    ask_broker(mqtt::Disconnect{}, out);
    tell(mqttsn::Disconnect{}, out);
    out.over = true;
  }
}

void GatewayClient::connect(const mqttsn::Connect& connect, Step& out) {
  if (answered_) return tell(mqttsn::Connack{.code = *answered_}, out);
  connect_ = {.version = broker_version,
              .client_id = connect.client_id,
              .clean_start = connect.clean_session,
              .keep_alive_s = connect.duration_s};
  if (connect.will) return tell(mqttsn::Willtopicreq{}, out);
  connect_broker(out);
}

void GatewayClient::connect_broker(Step& out) {
  out.open_broker = true;
  connected_ = true;
  ask_broker(connect_, out);
}

void GatewayClient::publish(const mqttsn::Publish& publish, Step& out) {
  // QoS -1 needs no connection on this side; the broker has to have one.
  if (publish.qos < 0 && !connected_) {
    connect_ = {.version = broker_version};
    connect_broker(out);
  }
  std::string topic;
  if (publish.topic.kind == mqttsn::TopicKind::predefined && publish.topic.id == predefined_id) {
    topic = predefined_topic;
  } else if (publish.topic.kind == mqttsn::TopicKind::short_name) {
    topic = {static_cast<char>(publish.topic.id >> 8), static_cast<char>(publish.topic.id & 0xff)};
  } else if (const auto name = names_.find(publish.topic.id); name != names_.end()) {
    topic = name->second;
  } else {
    return tell(mqttsn::Puback{.topic_id = publish.topic.id,
                               .message_id = publish.message_id,
                               .code = mqttsn::return_code::invalid_topic_id},
                out);
  }
  if (publish.qos == 1) published_[publish.message_id] = publish.topic.id;
  ask_broker(mqtt::Publish{.dup = publish.duplicate && publish.qos > 0,
                           .qos = static_cast<std::uint8_t>(publish.qos > 0 ? publish.qos : 0),
                           .retain = publish.retain,
                           .topic = topic,
                           .packet_id = publish.message_id,
                           .payload = publish.data},
             out);
}

void GatewayClient::subscribe(const mqttsn::Subscribe& subscribe, Step& out) {
  subscribed_[subscribe.message_id] = subscribe.topic.name;
  mqtt::Subscribe packet{.packet_id = subscribe.message_id};
  packet.subscriptions.push_back(
      {.filter = subscribe.topic.name, .qos = static_cast<std::uint8_t>(subscribe.qos)});
  ask_broker(packet, out);
}

void GatewayClient::on_regack(const mqttsn::Regack& regack, Step& out) {
  known_to_client_[regack.topic_id] = regack.code == mqttsn::return_code::accepted;
  deliver_waiting(out);
}

void GatewayClient::from_broker(ByteView bytes, Step& out) {
  reader_.feed(bytes);
  while (const auto frame = reader_.next()) {
    if (const auto packet = mqtt::decode_frame(*frame, broker_version)) on_packet(*packet, out);
  }
}

void GatewayClient::on_packet(const mqtt::Packet& packet, Step& out) {
  if (const auto* one = std::get_if<mqtt::Connack>(&packet)) {
    const bool expected = !connect_.client_id.empty();  // by who connected
    answered_ = one->code == 0 ? mqttsn::return_code::accepted : mqttsn::return_code::not_supported;
    if (expected) tell(mqttsn::Connack{.code = *answered_}, out);
    return;
  }
  if (const auto* one = std::get_if<mqtt::Suback>(&packet)) return on_suback(*one, out);
  if (const auto* one = std::get_if<mqtt::Publish>(&packet)) return deliver(*one, out);
  if (const auto* one = std::get_if<mqtt::Puback>(&packet)) {
    return tell(
        mqttsn::Puback{.topic_id = published_[one->packet_id], .message_id = one->packet_id}, out);
  }
  if (const auto* one = std::get_if<mqtt::Pubrec>(&packet))
    return tell(mqttsn::Pubrec{.message_id = one->packet_id}, out);
  if (const auto* one = std::get_if<mqtt::Pubrel>(&packet))
    return tell(mqttsn::Pubrel{.message_id = one->packet_id}, out);
  if (const auto* one = std::get_if<mqtt::Pubcomp>(&packet))
    return tell(mqttsn::Pubcomp{.message_id = one->packet_id}, out);
  if (std::holds_alternative<mqtt::Pingresp>(packet)) tell(mqttsn::Pingresp{}, out);
}

void GatewayClient::on_suback(const mqtt::Suback& suback, Step& out) {
  const std::string filter = subscribed_[suback.packet_id];
  const std::uint8_t code = suback.codes.empty() ? broker_refused : suback.codes.front();
  mqttsn::Suback answer{.message_id = suback.packet_id};
  if (code >= broker_refused) {
    answer.code = mqttsn::return_code::not_supported;
  } else {
    answer.qos = static_cast<std::int8_t>(code);
    if (!has_wildcard(filter)) {
      answer.topic_id = id_of(filter);
      known_to_client_[answer.topic_id] = true;
    }
  }
  tell(answer, out);
}

void GatewayClient::deliver(const mqtt::Publish& publish, Step& out) {
  waiting_.push_back(publish);
  deliver_waiting(out);
}

/// In order; a topic that the client has no id for is registered first.
void GatewayClient::deliver_waiting(Step& out) {
  if (asleep_ && !waking_) return;
  while (!waiting_.empty()) {
    const mqtt::Publish& next = waiting_.front();
    const auto id = id_of(next.topic);
    const auto known = known_to_client_.find(id);
    if (known == known_to_client_.end()) {
      known_to_client_[id] = false;
      tell(mqttsn::Register{.topic_id = id, .message_id = next_registration_++, .name = next.topic},
           out);
      return;
    }
    if (!known->second) return;  // its REGACK is still to come
    tell(mqttsn::Publish{.topic = {.id = id},
                         .message_id = next.packet_id,
                         .data = next.payload,
                         .qos = static_cast<std::int8_t>(next.qos),
                         .retain = next.retain,
                         .duplicate = next.dup},
         out);
    waiting_.pop_front();
  }
  if (!waking_) return;
  waking_ = false;
  tell(mqttsn::Pingresp{}, out);
}

std::uint16_t GatewayClient::id_of(const std::string& topic) {
  const auto [entry, is_new] = ids_.try_emplace(topic, static_cast<std::uint16_t>(ids_.size() + 1));
  if (is_new) names_[entry->second] = topic;
  return entry->second;
}

void GatewayClient::tell(const mqttsn::Message& message, Step& out) {
  if (Bytes bytes; mqttsn::encode(bytes, message)) out.to_client.push_back(std::move(bytes));
}

void GatewayClient::ask_broker(const mqtt::Packet& packet, Step& out) {
  (void)mqtt::encode_packet(out.to_broker, broker_version, packet);
}

}  // namespace handfast::test
