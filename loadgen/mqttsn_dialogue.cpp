// The client's half: MQTT packets become requests, and requests are repeated.
#include "loadgen/mqttsn_dialogue.hpp"

#include <algorithm>

#include "core/mqtt/ack.hpp"
#include "core/mqtt/connack.hpp"
#include "core/mqtt/connect.hpp"
#include "core/mqtt/ping.hpp"
#include "core/mqtt/publish.hpp"
#include "core/mqtt/subscribe.hpp"

namespace handfast::loadgen {
namespace {

constexpr auto client_version = mqtt::Version::v3_1_1;

/// A request that is sent again says so, where it has a flag for it (MQTT-SN 1.2 §5.3.4).
void mark_duplicate(mqttsn::Message& message) {
  if (auto* publish = std::get_if<mqttsn::Publish>(&message)) publish->duplicate = true;
  if (auto* subscribe = std::get_if<mqttsn::Subscribe>(&message)) subscribe->duplicate = true;
}

}  // namespace

void MqttsnDialogue::send(ByteView packets, TimePoint now, Step& out) {
  while (const auto frame = mqtt::scan_packet(packets)) {
    take(*frame, now, out);
    packets = packets.subspan(frame->packet.size());
  }
  go_on(now, out);
}

void MqttsnDialogue::take(const mqtt::Frame& frame, TimePoint now, Step& out) {
  switch (frame.type) {
    case mqtt::PacketType::connect:
      return connect(frame, now, out);
    case mqtt::PacketType::publish:
      return publish(frame);
    case mqtt::PacketType::subscribe:
      return subscribe(frame);
    case mqtt::PacketType::puback:
    case mqtt::PacketType::pubrec:
    case mqtt::PacketType::pubcomp:
      return acknowledge(frame, out);
    case mqtt::PacketType::pubrel:
      if (const auto ack = mqtt::peek_ack(frame))
        ask(Kind::publish, mqttsn::Pubrel{.message_id = ack->packet_id}, now, out);
      return;
    case mqtt::PacketType::pingreq:
      // Who is asleep, or has no connection, keeps nothing alive.
      if (spec_.connectionless || sleeps()) return mqtt::encode_pingresp(out.packets);
      return emit(mqttsn::Pingreq{}, out);
    case mqtt::PacketType::disconnect:
      if (!spec_.connectionless) emit(mqttsn::Disconnect{}, out);
      return;
    default:
      return;
  }
}

void MqttsnDialogue::connect(const mqtt::Frame& frame, TimePoint now, Step& out) {
  const auto packet = mqtt::decode_connect(frame);
  if (!packet) return;
  if (spec_.connectionless) {
    connected_ = true;
    (void)mqtt::encode_connack(out.packets, client_version, {});
    return;
  }
  if (spec_.sleep) client_id_ = packet->client_id;
  if (packet->will) {
    will_ = WillParts{.topic = packet->will->topic,
                      .payload = packet->will->payload,
                      .qos = static_cast<std::int8_t>(packet->will->qos),
                      .retain = packet->will->retain};
  }
  ask(Kind::connect,
      mqttsn::Connect{.client_id = packet->client_id,
                      .duration_s = packet->keep_alive_s,
                      .clean_session = packet->clean_start,
                      .will = packet->will.has_value()},
      now, out);
}

void MqttsnDialogue::publish(const mqtt::Frame& frame) {
  const auto packet = mqtt::view_publish(frame, client_version);
  if (!packet) return;
  Outgoing next{.topic = std::string(packet->topic)};
  next.message.message_id = packet->qos > 0 ? packet->packet_id : std::uint16_t{0};
  next.message.data.assign(packet->payload.begin(), packet->payload.end());
  next.message.qos = static_cast<std::int8_t>(packet->qos);
  next.message.retain = packet->retain;
  outgoing_.push_back(std::move(next));
}

void MqttsnDialogue::subscribe(const mqtt::Frame& frame) {
  const auto packet = mqtt::decode_subscribe(frame, client_version);
  if (!packet) return;
  subscribing_ = Subscribing{.packet_id = packet->packet_id};
  for (const auto& subscription : packet->subscriptions) {
    subscribing_->filters.push_back(subscription.filter);
    subscribing_->qos.push_back(subscription.qos);
  }
}

/// What answers a PUBLISH of the gateway.
void MqttsnDialogue::acknowledge(const mqtt::Frame& frame, Step& out) {
  const auto ack = mqtt::peek_ack(frame);
  if (!ack) return;
  if (frame.type == mqtt::PacketType::pubrec)
    return emit(mqttsn::Pubrec{.message_id = ack->packet_id}, out);
  if (frame.type == mqtt::PacketType::pubcomp)
    return emit(mqttsn::Pubcomp{.message_id = ack->packet_id}, out);
  const auto topic = inbound_.find(ack->packet_id);
  if (topic == inbound_.end()) return;
  emit(mqttsn::Puback{.topic_id = topic->second, .message_id = ack->packet_id}, out);
  inbound_.erase(topic);
}

/// Sends what may be sent now: in order, and no PUBLISH before its topic has an id.
void MqttsnDialogue::go_on(TimePoint now, Step& out) {
  if (!connected_) return;
  subscribe_next(now, out);
  while (!outgoing_.empty()) {
    Outgoing& next = outgoing_.front();
    if (spec_.connectionless) {
      publish_unconnected(std::move(next), out);
      outgoing_.pop_front();
      continue;
    }
    const bool answered = next.message.qos > 0;
    if (answered && open(Kind::publish)) return;
    const auto id = ids_.find(next.topic);
    if (id == ids_.end()) {
      if (!open(Kind::registration)) {
        const std::uint16_t number = next_registration_++;
        if (next_registration_ == 0) next_registration_ = 1;
        ask(Kind::registration, mqttsn::Register{.message_id = number, .name = next.topic}, now,
            out);
      }
      return;
    }
    next.message.topic.id = id->second;
    if (answered) {
      ask(Kind::publish, std::move(next.message), now, out);
    } else {
      emit(std::move(next.message), out);
    }
    outgoing_.pop_front();
  }
}

void MqttsnDialogue::subscribe_next(TimePoint now, Step& out) {
  if (!subscribing_ || open(Kind::subscribe)) return;
  const std::size_t next = subscribing_->codes.size();
  ask(Kind::subscribe,
      mqttsn::Subscribe{.topic = {.name = subscribing_->filters[next]},
                        .message_id = subscribing_->packet_id,
                        .qos = static_cast<std::int8_t>(subscribing_->qos[next])},
      now, out);
}

void MqttsnDialogue::ask(Kind kind, mqttsn::Message message, TimePoint now, Step& out) {
  emit(message, out);
  open(kind) = Open{.message = std::move(message), .due = now + spec_.retry.after};
}

void MqttsnDialogue::emit(const mqttsn::Message& message, Step& out) {
  if (Bytes bytes; mqttsn::encode(bytes, message)) out.messages.push_back(std::move(bytes));
}

std::optional<TimePoint> MqttsnDialogue::next_deadline() const {
  std::optional<TimePoint> next;
  for (const auto& request : open_) {
    if (request) next = std::min(next.value_or(request->due), request->due);
  }
  if (wake_at_) next = std::min(next.value_or(*wake_at_), *wake_at_);
  return next;
}

void MqttsnDialogue::on_deadline(TimePoint now, Step& out) {
  for (auto& request : open_) {
    if (!request || now < request->due) continue;
    if (request->tries > spec_.retry.times) {
      out.cause = "mqttsn:no_answer";
      return;
    }
    ++request->tries;
    request->due = now + spec_.retry.after;
    mark_duplicate(request->message);
    emit(request->message, out);
  }
  if (wake_at_ && now >= *wake_at_) wake(now, out);
}

}  // namespace handfast::loadgen
