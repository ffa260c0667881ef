// The publishing half of a connection: what is due becomes packets, acknowledgements become
// latencies. No sockets, no clock.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/mqtt/connack.hpp"
#include "core/stats/snapshot.hpp"
#include "loadgen/acknowledgements.hpp"
#include "loadgen/member.hpp"
#include "loadgen/message_board.hpp"
#include "loadgen/message_plan.hpp"
#include "loadgen/message_schedule.hpp"
#include "loadgen/outbox.hpp"

namespace handfast::loadgen {

class Publisher {
 public:
  /// Packets of one step stop here, so that other connections get their turn: four TLS records.
  static constexpr std::size_t batch_bytes = std::size_t{64} * 1024;

  /// All must outlive the publisher.
  Publisher(const MessagePlan& plan, const Member& member, MessageBoard& board,
            stats::FleetStats& book);

  /// The server accepted, with these limits. The failure when the fleet cannot work within them.
  std::optional<stats::FailureKey> begin(const mqtt::Connack& connack);
  void start(TimePoint now);
  bool started() const { return schedule_.started(); }
  /// Nothing more is published; what was due until `now` and not sent is dropped.
  void stop(TimePoint now);

  /// Appends the packets that are due. With `may_send` off (the socket is full) none are, and what
  /// becomes due is held back.
  void produce(TimePoint now, bool may_send, Outbox& out);
  /// More could be sent at once; only the size of a step ended the last one.
  bool wants_more() const { return wants_more_; }
  /// When produce() is to be called again; nullopt while it would do nothing before an
  /// acknowledgement or before start().
  std::optional<TimePoint> next_due() const;

  /// Takes PUBACK, PUBREC or PUBCOMP. False for an identifier that no message has.
  bool on_ack(const mqtt::Frame& frame, TimePoint now, Outbox& out);

  bool finished() const { return finished_; }
  std::size_t in_flight() const { return acknowledgements_.in_flight(); }
  StreamKey key() const { return {plan_.fleet, member_.number}; }
  /// The connection is over: what is still in flight will never be acknowledged.
  void close(TimePoint now);

 private:
  void send_one(TimePoint now, Outbox& out);
  ByteView render_topic(const TemplateValues& values, Outbox& out) const;
  ByteView render_payload(const TemplateValues& values, TimePoint intended, TimePoint now,
                          Outbox& out) const;
  ByteView render_properties(Outbox& out) const;
  void plan_until(std::uint64_t due);
  void hold_back(std::uint64_t due);
  void finish(TimePoint now);
  TemplateValues values() const;
  stats::MessageStats& messages() { return book_.message_stats(); }

  const MessagePlan& plan_;
  Member member_;
  MessageBoard& board_;
  stats::FleetStats& book_;
  MessageSchedule schedule_;
  Acknowledgements acknowledgements_;
  std::string topic_;           ///< of all messages, unless it varies
  std::string response_topic_;  ///< behaviour request
  std::uint64_t next_ = 0;      ///< sequence of the next message
  std::uint64_t warm_up_ = 0;   ///< messages below this one are of the warm-up, in no count
  std::uint64_t planned_ = 0;   ///< of the schedule, counted until now
  std::uint64_t held_ = 0;      ///< messages below this one that could be held back were counted
  TimePoint first_sent_;
  TimePoint last_sent_;
  bool may_send_ = true;
  bool wants_more_ = false;
  bool finished_ = false;
};

}  // namespace handfast::loadgen
