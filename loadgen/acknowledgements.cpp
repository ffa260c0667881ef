#include "loadgen/acknowledgements.hpp"

#include <algorithm>

#include "core/mqtt/ack.hpp"

namespace handfast::loadgen {
namespace {

/// MQTT 5.0 §4.13.1: codes from 0x80 on are failures.
bool is_failure(std::uint8_t code) { return code >= 0x80; }

}  // namespace

void Acknowledgements::begin(const mqtt::Connack& connack) {
  if (qos_ == 0) return;
  const auto most =
      mqtt::find_number(connack.properties, mqtt::PropertyId::receive_maximum).value_or(window_);
  window_ = static_cast<std::uint16_t>(std::clamp<std::uint32_t>(most, 1, window_));
  messages_.emplace(window_);
}

std::uint16_t Acknowledgements::add(TimePoint intended, TimePoint now) {
  return qos_ == 0 ? std::uint16_t{0} : messages_->add(intended, now);
}

bool Acknowledgements::take(const mqtt::Frame& frame, TimePoint now, stats::FleetStats& book,
                            Outbox& out) {
  const auto ack = mqtt::peek_ack(frame);
  InFlight::Message* message = ack && messages_ ? messages_->find(ack->packet_id) : nullptr;
  if (message == nullptr) return false;
  const bool measured = message->intended >= measured_from_;
  using State = InFlight::Message::State;
  switch (frame.type) {
    case mqtt::PacketType::puback:
      if (qos_ != 1) return false;
      complete(ack->packet_id, ack->code, stats::Phase::puback, now, book);
      break;
    case mqtt::PacketType::pubrec:
      if (qos_ != 2 || message->state != State::published) return false;
      if (is_failure(ack->code)) {  // §4.3.3: the message ends here
        complete(ack->packet_id, ack->code, stats::Phase::pubcomp, now, book);
        break;
      }
      message->state = State::released;
      // Two bytes of body: encoding cannot fail.
      (void)mqtt::encode_pubrel(out.packets, version_, {.packet_id = ack->packet_id});
      break;
    case mqtt::PacketType::pubcomp:
      if (qos_ != 2 || message->state != State::released) return false;
      complete(ack->packet_id, ack->code, stats::Phase::pubcomp, now, book);
      break;
    default:
      return false;
  }
  if (measured) reasons_.add(frame.type, ack->code, book.message_stats());
  return true;
}

/// The last acknowledgement of a message came. A refusal is no latency of a delivery, so it is
/// counted only.
void Acknowledgements::complete(std::uint16_t id, std::uint8_t code, stats::Phase phase,
                                TimePoint now, stats::FleetStats& book) {
  const InFlight::Message message = *messages_->find(id);
  messages_->remove(id);
  if (message.intended < measured_from_) return;
  if (is_failure(code)) {
    ++book.message_stats().refused;
    return;
  }
  ++book.message_stats().acked;
  stats::PhaseLatency& latency = book.latency[phase];
  latency.response.record(now - message.intended);
  latency.service.record(now - message.sent);
}

void Acknowledgements::close(stats::MessageStats& book) {
  if (messages_) book.unacked += messages_->count_since(measured_from_);
  messages_.reset();
  reasons_.flush(book);
}

}  // namespace handfast::loadgen
