#include "loadgen/receiver.hpp"

#include "core/mqtt/ack.hpp"
#include "core/mqtt/subscribe.hpp"
#include "loadgen/cause.hpp"
#include "loadgen/in_flight.hpp"
#include "loadgen/message_header.hpp"

namespace handfast::loadgen {
namespace {

std::vector<std::string> filters_of(const MessagePlan& plan, const Member& member) {
  const TemplateValues values{
      .fleet = plan.fleet_name, .client = member.client, .number = member.number};
  std::vector<std::string> filters;
  for (const Template& filter : plan.filters) filters.push_back(filter.text(values));
  return filters;
}

}  // namespace

Receiver::Receiver(const MessagePlan& plan, const Member& member, MessageBoard& board,
                   stats::FleetStats& book)
    : plan_(plan),
      board_(board),
      book_(book),
      measured_(member.measured),
      measured_from_(member.measured_from),
      reception_(plan.fleet, filters_of(plan, member)) {
  if (hears_itself(plan.behaviour)) reception_.own = StreamKey{plan.fleet, member.number};
}

void Receiver::subscribe(TimePoint now, Outbox& out) {
  mqtt::Subscribe packet;
  packet.packet_id = InFlight::subscribe_id;
  for (std::size_t i = 0; i < reception_.filters.size(); ++i) {
    packet.subscriptions.push_back(
        {.filter = reception_.filters[i], .qos = plan_.spec.subscriptions[i].qos});
  }
  // The plan has checked the filters' lengths, the only thing that can be wrong with it.
  (void)mqtt::encode_subscribe(out.packets, plan_.version, packet);
  asked_ = now;
}

std::optional<stats::FailureKey> Receiver::on_suback(const mqtt::Frame& frame, TimePoint now) {
  const auto suback = mqtt::decode_suback(frame, plan_.version);
  const bool asked_for = suback && !subscribed() && suback->packet_id == InFlight::subscribe_id &&
                         suback->codes.size() == reception_.filters.size();
  if (!asked_for) return stats::FailureKey{.phase = "suback", .cause = cause_unexpected_ack};
  for (std::size_t i = 0; i < suback->codes.size(); ++i) {
    const std::uint8_t code = suback->codes[i];
    if (code >= 0x80) {
      return stats::FailureKey{.phase = "suback",
                               .cause = ack_cause(mqtt::PacketType::suback, code)};
    }
    // Less than was asked for is allowed (MQTT 5.0 [MQTT-3.8.4-8]), but worth knowing.
    if (code == plan_.spec.subscriptions[i].qos || !measured_) continue;
    ++messages().reasons[ack_cause(mqtt::PacketType::suback, code)];
  }
  reception_.begin = now;
  if (!measured_) return std::nullopt;
  ++messages().subscribed;
  stats::PhaseLatency& latency = book_.latency[stats::Phase::suback];
  latency.response.record(now - asked_);
  latency.service.record(now - asked_);
  return std::nullopt;
}

std::optional<TimePoint> Receiver::suback_deadline() const {
  if (subscribed()) return std::nullopt;
  return asked_ + plan_.deadline;
}

bool Receiver::on_publish(const mqtt::PublishView& message, TimePoint now, Outbox& out) {
  // Two bytes of body: encoding cannot fail.
  if (message.qos == 1) {
    (void)mqtt::encode_puback(out.packets, plan_.version, {.packet_id = message.packet_id});
  } else if (message.qos == 2) {
    (void)mqtt::encode_pubrec(out.packets, plan_.version, {.packet_id = message.packet_id});
  }
  return count(message, now);
}

/// Each message ends in exactly one class.
bool Receiver::count(const mqtt::PublishView& message, TimePoint now) {
  const auto header = read_header(message.payload);
  if (!header || header->run != board_.run()) {
    if (now >= measured_from_) ++messages().foreign;
    return false;
  }
  // The publisher's warm-up decides, and its stream begins after it.
  if (header->warm_up) return false;
  if (header->payload_bytes != message.payload.size()) {
    ++messages().truncated;
    return false;
  }
  const Arrival arrival = reception_.add(*header, message.retain);
  if (arrival == Arrival::duplicated) {
    ++messages().duplicated;
    return false;
  }
  ++messages().delivered;
  if (arrival == Arrival::out_of_order) ++messages().out_of_order;
  // A retained message has waited in the broker for somebody to subscribe: that is no delivery
  // time.
  if (message.retain) return true;
  stats::PhaseLatency& latency = book_.latency[stats::Phase::delivery];
  latency.response.record(now - header->intended);
  latency.service.record(now - header->sent);
  return true;
}

void Receiver::on_pubrel(std::uint16_t packet_id, Outbox& out) {
  (void)mqtt::encode_pubcomp(out.packets, plan_.version, {.packet_id = packet_id});
}

void Receiver::close(bool cut_off) {
  if (!subscribed()) return;
  reception_.cut_off = cut_off;
  board_.add(std::move(reception_));
  reception_ = {};
}

}  // namespace handfast::loadgen
