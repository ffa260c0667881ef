#include "loadgen/coap_dialogue.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/mqtt/ack.hpp"
#include "core/mqtt/connack.hpp"
#include "core/mqtt/ping.hpp"
#include "core/mqtt/publish.hpp"
#include "core/mqtt/subscribe.hpp"

namespace handfast::loadgen {
namespace {

constexpr auto mqtt_version = mqtt::Version::v3_1_1;
constexpr std::uint8_t subscription_failed = 0x80;  // MQTT 3.1.1 §3.9.3
constexpr std::size_t remembered_ids = 16;

Bytes token_of(std::uint32_t number) {
  Bytes token;
  ByteWriter(token).u32(number);
  return token;
}

}  // namespace

void CoapDialogue::send(ByteView packets, TimePoint now, Step& out) {
  while (const auto frame = mqtt::scan_packet(packets)) {
    take(*frame, now, out);
    packets = packets.subspan(frame->packet.size());
  }
  start_next(now, out);
}

void CoapDialogue::take(const mqtt::Frame& frame, TimePoint now, Step& out) {
  switch (frame.type) {
    case mqtt::PacketType::connect:
      return ping(Purpose::connect);
    case mqtt::PacketType::pingreq:
      return ping(Purpose::keep_alive);
    case mqtt::PacketType::publish:
      return publish(frame, now, out);
    case mqtt::PacketType::subscribe:
      return subscribe(frame);
    default:
      return;  // DISCONNECT is the end of the DTLS connection; nothing else is sent
  }
}

/// An empty confirmable message asks for a reset (RFC 7252 section 4.3).
void CoapDialogue::ping(Purpose purpose) {
  requests_.push_back({.purpose = purpose, .message = {.id = next_id_++}});
}

coap::Message CoapDialogue::request(coap::Type type, std::uint8_t code, std::string_view topic) {
  coap::Message message{
      .type = type, .code = code, .id = next_id_++, .token = token_of(next_token_++)};
  if (code == coap::get) coap::add_observe(message, 0);
  coap::add_uri(message, spec_.path + std::string(topic));
  return message;
}

void CoapDialogue::publish(const mqtt::Frame& frame, TimePoint, Step& out) {
  const auto packet = mqtt::view_publish(frame, mqtt_version);
  if (!packet) return;
  const bool confirmed = packet->qos > 0;
  auto message = request(confirmed ? coap::Type::confirmable : coap::Type::non_confirmable,
                         coap::put, packet->topic);
  message.payload.assign(packet->payload.begin(), packet->payload.end());
  if (!confirmed) return emit(message, out);
  requests_.push_back(
      {.purpose = Purpose::publish, .message = std::move(message), .packet_id = packet->packet_id});
}

void CoapDialogue::subscribe(const mqtt::Frame& frame) {
  const auto packet = mqtt::decode_subscribe(frame, mqtt_version);
  if (!packet) return;
  observations_.clear();
  subscribing_ = Subscribing{.packet_id = packet->packet_id};
  for (const auto& subscription : packet->subscriptions) {
    observations_.push_back({.topic = subscription.filter, .qos = subscription.qos});
    ask_to_observe(observations_.size() - 1, true);
  }
}

void CoapDialogue::ask_to_observe(std::size_t subscription, bool first) {
  Observation& observation = observations_[subscription];
  auto message = request(coap::Type::confirmable, coap::get, observation.topic);
  observation.token = message.token;
  Request asked{
      .purpose = Purpose::observe, .message = std::move(message), .subscription = subscription};
  if (first) {
    requests_.push_back(std::move(asked));
  } else {
    requests_.push_front(std::move(asked));
  }
}

void CoapDialogue::emit(const coap::Message& message, Step& out) {
  if (Bytes bytes; coap::encode(bytes, message)) out.messages.push_back(std::move(bytes));
}

void CoapDialogue::start_next(TimePoint now, Step& out) {
  if (under_way_ || requests_.empty()) return;
  Request& next = requests_.front();
  under_way_ = true;
  next.tries = 1;
  next.wait = spec_.retry.after;
  next.due = now + next.wait;
  emit(next.message, out);
}

std::optional<TimePoint> CoapDialogue::next_deadline() const {
  if (!under_way_) return std::nullopt;
  return requests_.front().due;
}

void CoapDialogue::on_deadline(TimePoint now, Step& out) {
  if (!under_way_ || now < requests_.front().due) return;
  Request& late = requests_.front();
  if (late.acknowledged || late.tries > spec_.retry.times) {
    out.cause = "coap:no_answer";
    return;
  }
  ++late.tries;
  late.wait *= 2;  // RFC 7252 section 4.2
  late.due = now + late.wait;
  emit(late.message, out);
}

void CoapDialogue::receive(ByteView datagram, TimePoint now, Step& out) {
  const auto message = coap::decode(datagram);
  if (!message) {
    out.oddities.push_back(fmt::format("coap:{}", to_string(message.error().defect)));
    return;
  }
  if (coap::is_request(message->code)) {
    out.oddities.emplace_back("coap:request");
    return emit({.type = coap::Type::reset, .id = message->id}, out);
  }
  if (message->code == coap::empty_code) {
    on_empty(*message, now, out);
  } else {
    const bool confirmable = message->type == coap::Type::confirmable;
    if (confirmable) emit(coap::acknowledgement(message->id), out);
    if (!confirmable || !seen_before(message->id)) on_response(*message, out);
  }
  start_next(now, out);
}

/// Acknowledgements and resets, and the peer's own pings.
void CoapDialogue::on_empty(const coap::Message& message, TimePoint now, Step& out) {
  if (message.type == coap::Type::confirmable)
    return emit({.type = coap::Type::reset, .id = message.id}, out);
  if (!under_way_ || requests_.front().message.id != message.id) {
    out.oddities.emplace_back("coap:unexpected_acknowledgement");
    return;
  }
  Request& current = requests_.front();
  const bool pinged = current.purpose <= Purpose::keep_alive;
  if (pinged) return finish(message, out);
  if (message.type == coap::Type::reset) {
    out.cause = "coap:reset";
    return;
  }
  current.acknowledged = true;
  current.due = now + current.wait * (1 << std::min<std::uint32_t>(spec_.retry.times, 8));
}

/// A confirmable message that came already is acknowledged again, and no more.
bool CoapDialogue::seen_before(std::uint16_t id) {
  if (std::ranges::find(recent_, id) != recent_.end()) return true;
  if (recent_.size() == remembered_ids) recent_.erase(recent_.begin());
  recent_.push_back(id);
  return false;
}

void CoapDialogue::on_response(const coap::Message& message, Step& out) {
  if (under_way_ && requests_.front().message.token == message.token) return finish(message, out);
  const auto from = std::ranges::find(observations_, message.token, &Observation::token);
  if (from != observations_.end()) {
    if (coap::is_success(message.code)) return deliver(*from, message, false, out);
    out.cause = fmt::format("coap:observe:{}", coap::code_text(message.code));
    return;
  }
  // Answers to a PUT of QoS 0 are not waited for.
  if (coap::is_success(message.code)) return;
  out.oddities.push_back(fmt::format("coap:{}", coap::code_text(message.code)));
}

void CoapDialogue::finish(const coap::Message& response, Step& out) {
  const Request done = std::move(requests_.front());
  requests_.pop_front();
  under_way_ = false;
  switch (done.purpose) {
    case Purpose::connect:
      (void)mqtt::encode_connack(out.packets, mqtt_version, {});
      return;
    case Purpose::keep_alive:
      return mqtt::encode_pingresp(out.packets);
    case Purpose::publish:
      if (coap::is_success(response.code)) {
        (void)mqtt::encode_puback(out.packets, mqtt_version, {.packet_id = done.packet_id});
      } else {
        out.cause = fmt::format("coap:publish:{}", coap::code_text(response.code));
      }
      return;
    case Purpose::create:
      return ask_to_observe(done.subscription, false);
    case Purpose::observe:
      return finish_observe(done, response, out);
  }
}

void CoapDialogue::finish_observe(const Request& done, const coap::Message& response, Step& out) {
  Observation& observation = observations_[done.subscription];
  const bool success = coap::is_success(response.code);
  if (response.code == coap::not_found && !observation.created) {
    observation.created = true;
    requests_.push_front({.purpose = Purpose::create,
                          .message = request(coap::Type::confirmable, coap::put, observation.topic),
                          .subscription = done.subscription});
    return;
  }
  const bool observed = success && coap::observe(response).has_value();
  if (!observed) {
    out.oddities.push_back(success ? "coap:not_observable"
                                   : fmt::format("coap:{}", coap::code_text(response.code)));
  }
  settle_subscription(done.subscription, observed ? observation.qos : subscription_failed, out);
  if (observed) deliver(observation, response, true, out);
}

/// SUBACK once the last filter has its answer; they are asked for in order.
void CoapDialogue::settle_subscription(std::size_t subscription, std::uint8_t code, Step& out) {
  if (!subscribing_) return;
  subscribing_->codes.push_back(code);
  if (subscription + 1 < observations_.size()) return;
  (void)mqtt::encode_suback(
      out.packets, mqtt_version,
      {.packet_id = subscribing_->packet_id, .codes = std::move(subscribing_->codes)});
  subscribing_.reset();
}

/// A resource that was only created is empty, which no message of ours is.
void CoapDialogue::deliver(const Observation& from, const coap::Message& message, bool retained,
                           Step& out) {
  if (message.payload.empty()) return;
  (void)mqtt::encode_publish(
      out.packets, mqtt_version,
      mqtt::PublishView{.retain = retained, .topic = from.topic, .payload = message.payload});
}

}  // namespace handfast::loadgen
