#include "loadgen/activity.hpp"

#include <algorithm>

#include "core/mqtt/ack.hpp"
#include "core/mqtt/publish.hpp"
#include "loadgen/cause.hpp"

namespace handfast::loadgen {
namespace {

stats::FailureKey failure(std::string cause) {
  return {.phase = "established", .cause = std::move(cause)};
}

std::optional<TimePoint> earlier(std::optional<TimePoint> a, std::optional<TimePoint> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

}  // namespace

Activity::Activity(const MessagePlan& plan, const Member& member, MessageBoard& board,
                   stats::FleetStats& book)
    : plan_(plan), board_(board) {
  if (!plan.filters.empty()) receiver_.emplace(plan, member, board, book);
  if (publishes(plan.behaviour)) publisher_.emplace(plan, member, board, book);
  if (plan.behaviour == Behaviour::respond) responder_.emplace(plan, member, book);
}

std::optional<stats::FailureKey> Activity::begin(const mqtt::Connack& connack, TimePoint now,
                                                 Outbox& out) {
  established_ = true;
  progress_ = now;
  if (responder_) responder_->begin(connack);
  if (publisher_) {
    if (auto refused = publisher_->begin(connack)) return refused;
  }
  if (receiver_) {
    receiver_->subscribe(now, out);
  } else {
    start_when_ready(now);
  }
  return std::nullopt;
}

void Activity::start_when_ready(TimePoint now) {
  if (!publisher_ || publisher_->started() || stopped_ || !board_.subscribers_ready()) return;
  if (receiver_ && !receiver_->subscribed()) return;
  publisher_->start(now);
}

std::optional<stats::FailureKey> Activity::on_packet(const mqtt::Frame& frame, TimePoint now,
                                                     Outbox& out) {
  using enum mqtt::PacketType;
  switch (frame.type) {
    case publish:
      return on_publish(frame, now, out);
    case pubrel: {
      const auto ack = mqtt::peek_ack(frame);
      if (!ack || !receiver_) return failure(cause_unexpected_ack);
      receiver_->on_pubrel(ack->packet_id, out);
      return std::nullopt;
    }
    case puback:
    case pubrec:
    case pubcomp: {
      progress_ = now;
      const bool known = publisher_ ? publisher_->on_ack(frame, now, out)
                                    : responder_ && responder_->on_ack(frame, now, out);
      if (!known) return failure(cause_unexpected_ack);
      return std::nullopt;
    }
    case suback: {
      if (!receiver_) return failure(cause_unexpected_ack);
      if (auto refused = receiver_->on_suback(frame, now)) return refused;
      progress_ = now;
      settle_with_publishers();
      start_when_ready(now);
      return std::nullopt;
    }
    default:
      return failure(cause_unexpected_packet);
  }
}

std::optional<stats::FailureKey> Activity::on_publish(const mqtt::Frame& frame, TimePoint now,
                                                      Outbox& out) {
  const auto message = mqtt::view_publish(frame, plan_.version);
  if (!message) return failure(cause_malformed);
  if (!receiver_) return std::nullopt;  // a broker may be configured to send something unasked
  progress_ = now;
  const bool is_new = receiver_->on_publish(*message, now, out);
  if (is_new && missing_.value_or(0) > 0) --*missing_;
  if (responder_) responder_->answer(*message, now, out);
  return std::nullopt;
}

std::optional<stats::FailureKey> Activity::work(TimePoint now, bool may_send, Outbox& out) {
  if (receiver_) {
    const auto deadline = receiver_->suback_deadline();
    if (deadline && now >= *deadline) {
      return stats::FailureKey{.phase = "suback", .cause = cause_deadline};
    }
  }
  if (publisher_ && !publisher_->finished()) {
    publisher_->produce(now, may_send, out);
    if (publisher_->finished()) progress_ = now;
  }
  return std::nullopt;
}

std::optional<TimePoint> Activity::next_due() const {
  if (!established_) return std::nullopt;
  std::optional<TimePoint> due = receiver_ ? receiver_->suback_deadline() : std::nullopt;
  if (publisher_) due = earlier(due, publisher_->next_due());
  if (receiving_may_end()) due = earlier(due, progress_ + plan_.spec.settle);
  return due;
}

void Activity::on_news(TimePoint now) {
  if (!established_) return;
  progress_ = std::max(progress_, now);
  start_when_ready(now);
}

void Activity::stop(TimePoint now) {
  stopped_ = true;
  progress_ = std::max(progress_, now);
  if (publisher_) publisher_->stop(now);
}

/// Nothing that could still be sent would be missed by leaving.
bool Activity::receiving_may_end() const {
  if (publisher_) return publisher_->finished();
  return stopped_ || board_.publishing_over();
}

std::uint64_t Activity::deliveries_due() {
  if (!receiver_ || !receiver_->subscribed()) return 0;
  if (!missing_) missing_ = receiver_->missing();
  return *missing_;
}

bool Activity::done(TimePoint now) {
  if (!established_ || !receiving_may_end()) return false;
  if (receiver_ && !receiver_->subscribed()) return false;  // SUBACK or its deadline comes first
  const std::size_t open =
      (publisher_ ? publisher_->in_flight() : 0) + (responder_ ? responder_->open() : 0);
  // Messages that nobody sent a header for leave nothing to count, so patience alone decides.
  const bool sending_over = publisher_ || board_.publishing_over();
  const bool complete = sending_over && open == 0 && deliveries_due() == 0;
  done_ = complete || patience_is_over(now);
  return done_;
}

void Activity::settle_with_publishers() {
  if (told_publishers_ || !hears_others(plan_.behaviour)) return;
  told_publishers_ = true;
  board_.subscriber_settled();
}

void Activity::close(TimePoint now) {
  settle_with_publishers();
  if (publisher_) publisher_->close(now);
  if (responder_) responder_->close();
  if (receiver_) receiver_->close(!done_);
}

}  // namespace handfast::loadgen
