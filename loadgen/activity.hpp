// What an established connection does with messages: the halves that its fleet's behaviour asks
// for, and when each begins and ends. Sans I/O: packets come in one by one, packets go out through
// the Outbox, time is told.
//
//     CONNACK ─► SUBSCRIBE ─► SUBACK ─► gate ─► publishing ─► settling ─► done
//                └ those that subscribe ┘└─── those that publish ───┘
//
// The gate is open when every subscriber of the run stands (loadgen/message_board.hpp). Settling
// waits for the acknowledgements and deliveries that are due.
#pragma once

#include <cstdint>
#include <optional>

#include "loadgen/publisher.hpp"
#include "loadgen/receiver.hpp"
#include "loadgen/responder.hpp"
#include "loadgen/timer_wheel.hpp"

namespace handfast::loadgen {

/// The wheel's node serves next_due(). Connections that exchange no messages have no activity.
class Activity : public TimerWheel::Node {
 public:
  /// All must outlive the activity.
  Activity(const MessagePlan& plan, const Member& member, MessageBoard& board,
           stats::FleetStats& book);

  // Each answers the failure that ends the connection, if there is one.
  std::optional<stats::FailureKey> begin(const mqtt::Connack& connack, TimePoint now, Outbox& out);
  std::optional<stats::FailureKey> on_packet(const mqtt::Frame& frame, TimePoint now, Outbox& out);
  /// Appends what is due. `may_send` is off while the socket is full.
  std::optional<stats::FailureKey> work(TimePoint now, bool may_send, Outbox& out);

  /// More could be sent at once, as soon as the socket takes it.
  bool wants_more() const { return publisher_ && publisher_->wants_more(); }
  /// When work() is to be called again whatever arrives; nullopt: not before a packet arrives or
  /// the board has news.
  std::optional<TimePoint> next_due() const;

  /// The board has news: the gate is open, or publishing is over.
  void on_news(TimePoint now);
  /// The load is over: nothing more is published, what is due may still come.
  void stop(TimePoint now);
  /// Nothing more is due, or it is overdue for too long: the connection may go.
  bool done(TimePoint now);
  /// The connection is over. Call exactly once.
  void close(TimePoint now);

  std::uint32_t slot = 0;  ///< the connection's place, for whoever serves the timer

 private:
  std::optional<stats::FailureKey> on_publish(const mqtt::Frame& frame, TimePoint now, Outbox& out);
  void start_when_ready(TimePoint now);
  void settle_with_publishers();
  bool receiving_may_end() const;
  std::uint64_t deliveries_due();
  bool patience_is_over(TimePoint now) const { return now - progress_ >= plan_.spec.settle; }

  const MessagePlan& plan_;
  MessageBoard& board_;
  std::optional<Receiver> receiver_;
  std::optional<Publisher> publisher_;
  std::optional<Responder> responder_;
  TimePoint progress_;  ///< when something that was waited for came last
  /// Deliveries still due; known once everything that could be sent was.
  std::optional<std::uint64_t> missing_;
  bool established_ = false;
  bool told_publishers_ = false;  ///< they need not wait for this subscriber any more
  bool stopped_ = false;
  bool done_ = false;
};

}  // namespace handfast::loadgen
