// The gateway's half: what each of its messages means in MQTT's words.
#include <fmt/format.h>

#include "core/mqtt/ack.hpp"
#include "core/mqtt/connack.hpp"
#include "core/mqtt/ping.hpp"
#include "core/mqtt/publish.hpp"
#include "core/mqtt/subscribe.hpp"
#include "core/mqttsn/decode.hpp"
#include "loadgen/mqttsn_dialogue.hpp"

namespace handfast::loadgen {
namespace {

constexpr auto told_version = mqtt::Version::v3_1_1;
constexpr std::uint8_t refused_subscription = 0x80;  // MQTT 3.1.1 §3.9.3

/// "mqttsn:puback:congestion(1)".
std::string refusal(std::string_view message, std::uint8_t code) {
  return fmt::format("mqttsn:{}:{}({})", message, mqttsn::return_code_name(code), code);
}

}  // namespace

void MqttsnDialogue::receive(ByteView datagram, TimePoint now, Step& out) {
  const auto message = mqttsn::decode(datagram);
  if (!message) {
    out.oddities.push_back(fmt::format("mqttsn:{}", to_string(message.error().defect)));
    return;
  }
  std::visit([&](const auto& one) { on(one, now, out); }, *message);
  if (out.cause.empty()) go_on(now, out);
}

template <class Other>
void MqttsnDialogue::on(const Other& other, TimePoint, Step& out) {
  out.oddities.push_back(
      fmt::format("mqttsn:unexpected_{}", to_string(mqttsn::type_of(mqttsn::Message(other)))));
}

/// True when the request of `kind` waits for an answer with this id.
bool MqttsnDialogue::answers(Kind kind, std::uint16_t message_id) {
  const auto& request = open(kind);
  if (!request) return false;
  return std::visit(
      [message_id](const auto& asked) {
        if constexpr (requires { asked.message_id; }) {
          return asked.message_id == message_id;
        } else {
          return false;
        }
      },
      request->message);
}

void MqttsnDialogue::on(const mqttsn::Connack& connack, TimePoint, Step& out) {
  if (!open(Kind::connect)) {
    out.oddities.emplace_back("mqttsn:unexpected_CONNACK");
    return;
  }
  open(Kind::connect).reset();
  if (connack.code != mqttsn::return_code::accepted) {
    out.cause = refusal("connack", connack.code);
    return;
  }
  connected_ = true;
  (void)mqtt::encode_connack(out.packets, told_version, {});
}

void MqttsnDialogue::on(const mqttsn::Willtopicreq&, TimePoint, Step& out) {
  mqttsn::Willtopic answer;
  if (will_) answer = {.topic = will_->topic, .qos = will_->qos, .retain = will_->retain};
  emit(answer, out);
}

void MqttsnDialogue::on(const mqttsn::Willmsgreq&, TimePoint, Step& out) {
  emit(mqttsn::Willmsg{.data = will_ ? will_->payload : Bytes{}}, out);
}

void MqttsnDialogue::on(const mqttsn::Register& registration, TimePoint, Step& out) {
  names_[registration.topic_id] = registration.name;
  emit(mqttsn::Regack{.topic_id = registration.topic_id, .message_id = registration.message_id},
       out);
}

void MqttsnDialogue::on(const mqttsn::Regack& regack, TimePoint, Step& out) {
  if (!answers(Kind::registration, regack.message_id)) {
    out.oddities.emplace_back("mqttsn:unexpected_REGACK");
    return;
  }
  const std::string name = std::get<mqttsn::Register>(open(Kind::registration)->message).name;
  open(Kind::registration).reset();
  if (regack.code != mqttsn::return_code::accepted) {
    out.cause = refusal("regack", regack.code);
    return;
  }
  ids_[name] = regack.topic_id;
  names_[regack.topic_id] = name;
}

std::optional<std::string> MqttsnDialogue::topic_of(const mqttsn::Topic& topic) const {
  if (topic.kind == mqttsn::TopicKind::short_name)
    return std::string{static_cast<char>(topic.id >> 8), static_cast<char>(topic.id & 0xff)};
  const auto name = names_.find(topic.id);
  if (name == names_.end()) return std::nullopt;
  return name->second;
}

void MqttsnDialogue::on(const mqttsn::Publish& publish, TimePoint, Step& out) {
  const auto topic = topic_of(publish.topic);
  if (!topic) {
    out.oddities.emplace_back("mqttsn:unknown_topic_id");
    if (publish.qos > 0) {
      emit(mqttsn::Puback{.topic_id = publish.topic.id,
                          .message_id = publish.message_id,
                          .code = mqttsn::return_code::invalid_topic_id},
           out);
    }
    return;
  }
  if (publish.qos == 1) inbound_[publish.message_id] = publish.topic.id;
  (void)mqtt::encode_publish(
      out.packets, told_version,
      mqtt::PublishView{.dup = publish.duplicate && publish.qos > 0,
                        .qos = static_cast<std::uint8_t>(publish.qos > 0 ? publish.qos : 0),
                        .retain = publish.retain,
                        .topic = *topic,
                        .packet_id = publish.message_id,
                        .payload = publish.data});
}

void MqttsnDialogue::on(const mqttsn::Puback& puback, TimePoint, Step& out) {
  const bool invalid = puback.code == mqttsn::return_code::invalid_topic_id;
  std::string topic;
  if (invalid) {  // it is registered again before the next PUBLISH
    if (const auto known = names_.find(puback.topic_id); known != names_.end()) {
      topic = known->second;
      ids_.erase(topic);
    }
  }
  if (puback.message_id == 0 || !answers(Kind::publish, puback.message_id)) {
    out.oddities.push_back(puback.code == mqttsn::return_code::accepted
                               ? "mqttsn:unexpected_PUBACK"
                               : refusal("puback", puback.code));
    return;
  }
  const auto request = std::move(*open(Kind::publish));
  open(Kind::publish).reset();
  const auto* publish = std::get_if<mqttsn::Publish>(&request.message);
  if (invalid && publish != nullptr && !topic.empty()) {
    out.oddities.push_back(refusal("puback", puback.code));
    outgoing_.push_front({.topic = topic, .message = *publish});
    return;
  }
  if (puback.code != mqttsn::return_code::accepted) {
    out.cause = refusal("puback", puback.code);
    return;
  }
  (void)mqtt::encode_puback(out.packets, told_version, {.packet_id = puback.message_id});
}

void MqttsnDialogue::on(const mqttsn::Pubrec& pubrec, TimePoint, Step& out) {
  if (!answers(Kind::publish, pubrec.message_id)) {
    out.oddities.emplace_back("mqttsn:unexpected_PUBREC");
    return;
  }
  // One that came twice finds the PUBREL under way, which its timer repeats.
  if (!std::holds_alternative<mqttsn::Publish>(open(Kind::publish)->message)) return;
  (void)mqtt::encode_pubrec(out.packets, told_version, {.packet_id = pubrec.message_id});
}

void MqttsnDialogue::on(const mqttsn::Pubrel& pubrel, TimePoint, Step& out) {
  (void)mqtt::encode_pubrel(out.packets, told_version, {.packet_id = pubrel.message_id});
}

void MqttsnDialogue::on(const mqttsn::Pubcomp& pubcomp, TimePoint, Step& out) {
  if (!answers(Kind::publish, pubcomp.message_id)) {
    out.oddities.emplace_back("mqttsn:unexpected_PUBCOMP");
    return;
  }
  open(Kind::publish).reset();
  (void)mqtt::encode_pubcomp(out.packets, told_version, {.packet_id = pubcomp.message_id});
}

void MqttsnDialogue::on(const mqttsn::Suback& suback, TimePoint now, Step& out) {
  if (!subscribing_ || !answers(Kind::subscribe, suback.message_id)) {
    out.oddities.emplace_back("mqttsn:unexpected_SUBACK");
    return;
  }
  open(Kind::subscribe).reset();
  Subscribing& waiting = *subscribing_;
  const bool accepted = suback.code == mqttsn::return_code::accepted;
  if (!accepted) out.oddities.push_back(refusal("suback", suback.code));
  if (accepted && suback.topic_id != 0)
    names_[suback.topic_id] = waiting.filters[waiting.codes.size()];
  // Gateways differ in what they state as granted; a QoS of -1 would be none.
  const auto granted = static_cast<std::uint8_t>(suback.qos < 0 ? 0 : suback.qos);
  waiting.codes.push_back(accepted ? granted : refused_subscription);
  if (waiting.codes.size() < waiting.filters.size()) return;
  (void)mqtt::encode_suback(out.packets, told_version,
                            {.packet_id = waiting.packet_id, .codes = std::move(waiting.codes)});
  subscribing_.reset();
  if (spec_.sleep) fall_asleep(now, out);
}

void MqttsnDialogue::on(const mqttsn::Pingreq&, TimePoint, Step& out) {
  emit(mqttsn::Pingresp{}, out);
}

void MqttsnDialogue::on(const mqttsn::Pingresp&, TimePoint now, Step& out) {
  if (is_asked(mqttsn::MessageType::pingreq)) {  // all that was kept has come: back to sleep
    open(Kind::connect).reset();
    wake_at_ = now + spec_.sleep->wake;
    return;
  }
  mqtt::encode_pingresp(out.packets);
}

void MqttsnDialogue::on(const mqttsn::Disconnect&, TimePoint now, Step& out) {
  if (is_asked(mqttsn::MessageType::disconnect)) {
    open(Kind::connect).reset();
    wake_at_ = now + spec_.sleep->wake;
    return;
  }
  if (wake_at_) {  // the answer to a DISCONNECT that was sent twice
    out.oddities.emplace_back("mqttsn:unexpected_DISCONNECT");
    return;
  }
  out.cause = "mqttsn:disconnect";
}

}  // namespace handfast::loadgen
