// MQTT-SN clients that are asleep, and those that never connect.
#include <chrono>

#include "loadgen/mqttsn_dialogue.hpp"

namespace handfast::loadgen {

/// QoS -1 (MQTT-SN 1.2 §6.8): a topic that needs no registration, and no answer.
void MqttsnDialogue::publish_unconnected(Outgoing next, Step& out) const {
  next.message.qos = -1;
  next.message.message_id = 0;
  if (spec_.topic_id != 0) {
    next.message.topic = {.kind = mqttsn::TopicKind::predefined, .id = spec_.topic_id};
  } else if (next.topic.size() == 2) {
    next.message.topic = {.kind = mqttsn::TopicKind::short_name,
                          .id = mqttsn::short_topic(next.topic[0], next.topic[1])};
  } else {
    out.cause = "mqttsn:topic_needs_registration";
    return;
  }
  emit(std::move(next.message), out);
}

/// The gateway answers with DISCONNECT of its own, and keeps what comes from then on.
void MqttsnDialogue::fall_asleep(TimePoint now, Step& out) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(spec_.sleep->duration);
  ask(Kind::connect, mqttsn::Disconnect{.duration_s = static_cast<std::uint16_t>(seconds.count())},
      now, out);
}

/// PINGREQ with the client's identifier asks for what was kept; PINGRESP ends that.
void MqttsnDialogue::wake(TimePoint now, Step& out) {
  wake_at_.reset();
  ask(Kind::connect, mqttsn::Pingreq{.client_id = client_id_}, now, out);
}

bool MqttsnDialogue::is_asked(mqttsn::MessageType type) const {
  const auto& request = open_[static_cast<std::size_t>(Kind::connect)];
  return request && mqttsn::type_of(request->message) == type;
}

bool MqttsnDialogue::sleeps() const {
  return wake_at_ || is_asked(mqttsn::MessageType::pingreq) ||
         is_asked(mqttsn::MessageType::disconnect);
}

}  // namespace handfast::loadgen
