#include "loadgen/publisher.hpp"

#include <algorithm>
#include <cmath>

#include "core/mqtt/publish.hpp"
#include "loadgen/cause.hpp"
#include "loadgen/message_header.hpp"

namespace handfast::loadgen {
namespace {

/// Spreads the clients of a fleet evenly over the time between two messages of one of them.
double phase_of(const MessagePlan& plan, const Member& member) {
  return static_cast<double>(member.client) / static_cast<double>(plan.clients);
}

/// The packet around topic and payload: fixed header, lengths, identifier.
constexpr std::size_t overhead_bytes = 16;

}  // namespace

Publisher::Publisher(const MessagePlan& plan, const Member& member, MessageBoard& board,
                     stats::FleetStats& book)
    : plan_(plan),
      member_(member),
      board_(board),
      book_(book),
      schedule_(plan.spec.pace, member.epoch, phase_of(plan, member)),
      acknowledgements_(plan.version, plan.spec.qos, plan.spec.pace.window, member.measured_from) {}

void Publisher::start(TimePoint now) {
  schedule_.start(now);
  if (schedule_.paced()) warm_up_ = schedule_.due(member_.measured_from - Nanos(1));
}

std::optional<stats::FailureKey> Publisher::begin(const mqtt::Connack& connack) {
  acknowledgements_.begin(connack);
  if (!plan_.topic.varies()) topic_ = plan_.topic.text(values());
  if (plan_.behaviour == Behaviour::request) response_topic_ = plan_.response_topic.text(values());
  using enum mqtt::PropertyId;
  const auto limit = [&](mqtt::PropertyId id) { return mqtt::find_number(connack.properties, id); };
  if (limit(maximum_qos).value_or(2) < plan_.spec.qos) {
    return stats::FailureKey{.phase = "established", .cause = cause_qos_not_supported};
  }
  if (plan_.spec.retain && limit(retain_available).value_or(1) == 0) {
    return stats::FailureKey{.phase = "established", .cause = cause_retain_not_supported};
  }
  const std::size_t largest =
      plan_.largest_payload() + plan_.properties.size() + topic_.size() + overhead_bytes;
  if (limit(maximum_packet_size).value_or(mqtt::max_varint) < largest) {
    return stats::FailureKey{.phase = "established", .cause = cause_packet_too_large};
  }
  return std::nullopt;
}

void Publisher::stop(TimePoint now) {
  if (finished_) return;
  if (started()) schedule_.stop(now);
  finish(now);
}

void Publisher::produce(TimePoint now, bool may_send, Outbox& out) {
  may_send_ = may_send;
  wants_more_ = false;
  if (!started() || finished_) return;
  const std::uint64_t due = schedule_.due(now);
  const std::size_t limit = out.packets.size() + batch_bytes;
  if (schedule_.paced()) plan_until(due);
  while (next_ < due && may_send && acknowledgements_.may_send() && out.packets.size() < limit) {
    send_one(now, out);
  }
  const bool blocked = !may_send || !acknowledgements_.may_send();
  if (blocked) {
    hold_back(due);
  } else {
    wants_more_ = next_ < due;
  }
  if (schedule_.over(now, next_)) finish(now);
}

/// Messages are planned as they become due; without a rate, as they are sent.
void Publisher::plan_until(std::uint64_t due) {
  messages().planned += std::max(due, warm_up_) - std::max(planned_, warm_up_);
  planned_ = due;
}

/// Of the messages that are due and not sent, counts those that were not counted before.
void Publisher::hold_back(std::uint64_t due) {
  if (!schedule_.paced()) return;
  const std::uint64_t from = std::max({next_, held_, warm_up_});
  if (due <= from) return;
  messages().held_back += due - from;
  held_ = due;
}

void Publisher::send_one(TimePoint now, Outbox& out) {
  TemplateValues each = values();
  each.sequence = next_;
  const TimePoint intended = schedule_.paced() ? schedule_.at(next_) : now;
  const mqtt::PublishView packet{
      .qos = plan_.spec.qos,
      .retain = plan_.spec.retain,
      .topic = as_text(render_topic(each, out)),
      .packet_id = acknowledgements_.add(intended, now),
      .properties = render_properties(out),
      .payload = render_payload(each, intended, now, out),
  };
  // The plan has checked every length, the only thing that can be wrong with it.
  (void)mqtt::encode_publish(out.packets, plan_.version, packet);
  const std::uint64_t sequence = next_++;
  if (intended < member_.measured_from) {
    warm_up_ = std::max(warm_up_, next_);
    return;
  }
  if (sequence == warm_up_) first_sent_ = now;
  last_sent_ = now;
  stats::MessageStats& book = messages();
  const Nanos since_begin = now - member_.epoch;
  if (!book.first_sent) book.first_sent = since_begin;
  book.last_sent = since_begin;
  ++book.sent;
  if (!schedule_.paced()) ++book.planned;
  if (!plan_.tracked) ++book.untracked;
}

ByteView Publisher::render_topic(const TemplateValues& values, Outbox& out) const {
  if (!plan_.topic.varies()) return as_bytes(topic_);
  out.topic.clear();
  plan_.topic.render(out.topic, values, out.random);
  return out.topic;
}

ByteView Publisher::render_payload(const TemplateValues& values, TimePoint intended, TimePoint now,
                                   Outbox& out) const {
  const bool text = plan_.spec.payload.kind == Payload::Kind::text;
  if (!text && !plan_.tracked) return plan_.content;
  if (text) {
    out.payload.assign(plan_.tracked ? MessageHeader::size : 0, 0);
    plan_.payload.render(out.payload, values, out.random);
  } else {
    out.payload = plan_.content;
  }
  if (plan_.tracked) {
    write_header(out.payload, {.run = board_.run(),
                               .stream = key(),
                               .warm_up = intended < member_.measured_from,
                               .payload_bytes = static_cast<std::uint32_t>(out.payload.size()),
                               .sequence = next_,
                               .intended = intended,
                               .sent = now});
  }
  return out.payload;
}

/// The fleet's own properties, and for requests where the answer goes and which it is (MQTT 5.0
/// §4.10).
ByteView Publisher::render_properties(Outbox& out) const {
  if (response_topic_.empty()) return plan_.properties;
  out.properties.assign(plan_.properties.begin(), plan_.properties.end());
  ByteWriter writer(out.properties);
  writer.u8(static_cast<std::uint8_t>(mqtt::PropertyId::response_topic));
  writer.u16(static_cast<std::uint16_t>(response_topic_.size()));
  writer.bytes(as_bytes(response_topic_));
  writer.u8(static_cast<std::uint8_t>(mqtt::PropertyId::correlation_data));
  writer.u16(sizeof next_);
  writer.u64(next_);
  return out.properties;
}

std::optional<TimePoint> Publisher::next_due() const {
  if (!started() || finished_) return std::nullopt;
  if (!schedule_.paced() || !may_send_ || !acknowledgements_.may_send()) return schedule_.end();
  return std::min(schedule_.at(next_), schedule_.end());
}

bool Publisher::on_ack(const mqtt::Frame& frame, TimePoint now, Outbox& out) {
  return acknowledgements_.take(frame, now, book_, out);
}

void Publisher::finish(TimePoint now) {
  finished_ = true;
  wants_more_ = false;
  if (started() && schedule_.paced()) {
    plan_until(std::max(schedule_.due(now), planned_));
    messages().unsent += std::max(planned_, warm_up_) - std::max(next_, warm_up_);
  }
  if (plan_.tracked && next_ > warm_up_) {
    board_.add(Stream{.key = key(),
                      .topic = plan_.topic.stream_text(values()),
                      .first = warm_up_,
                      .count = next_,
                      .first_sent = first_sent_,
                      .last_sent = last_sent_});
  }
  board_.publisher_finished();
}

void Publisher::close(TimePoint now) {
  stop(now);
  acknowledgements_.close(messages());
}

TemplateValues Publisher::values() const {
  return {.fleet = plan_.fleet_name, .client = member_.client, .number = member_.number};
}

}  // namespace handfast::loadgen
