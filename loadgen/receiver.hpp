// The subscribing half of a connection: SUBSCRIBE, then every message acknowledged, recognized and
// counted. No sockets, no clock.
#pragma once

#include <cstdint>
#include <optional>

#include "core/mqtt/publish.hpp"
#include "core/stats/snapshot.hpp"
#include "loadgen/member.hpp"
#include "loadgen/message_board.hpp"
#include "loadgen/message_plan.hpp"
#include "loadgen/outbox.hpp"
#include "loadgen/reason_tally.hpp"

namespace handfast::loadgen {

class Receiver {
 public:
  /// All must outlive the receiver.
  Receiver(const MessagePlan& plan, const Member& member, MessageBoard& board,
           stats::FleetStats& book);

  /// Appends SUBSCRIBE.
  void subscribe(TimePoint now, Outbox& out);
  /// The failure when the server refused a filter, or when the packet is none that was asked for.
  std::optional<stats::FailureKey> on_suback(const mqtt::Frame& frame, TimePoint now);
  bool subscribed() const { return reception_.begin.has_value(); }
  /// When SUBACK is overdue; nullopt once it came.
  std::optional<TimePoint> suback_deadline() const;

  /// Counts a message and appends its acknowledgement. True when it was one of this run that was
  /// not seen before.
  bool on_publish(const mqtt::PublishView& message, TimePoint now, Outbox& out);
  /// QoS 2, second half: appends PUBCOMP.
  void on_pubrel(std::uint16_t packet_id, Outbox& out);

  /// How many messages of finished publishers are still to come.
  std::uint64_t missing() const { return board_.missing(reception_); }
  /// The connection is over; `cut_off` while more was due.
  void close(bool cut_off);

 private:
  bool count(const mqtt::PublishView& message, TimePoint now);
  stats::MessageStats& messages() { return book_.message_stats(); }

  const MessagePlan& plan_;
  MessageBoard& board_;
  stats::FleetStats& book_;
  bool measured_;
  TimePoint measured_from_;
  Reception reception_;
  TimePoint asked_;  ///< when SUBSCRIBE left
  ReasonTally reasons_;
};

}  // namespace handfast::loadgen
