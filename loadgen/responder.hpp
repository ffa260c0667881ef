// Answers requests (MQTT 5.0 §4.10): the payload goes back to the response topic that the request
// names, with its correlation data.
#pragma once

#include <cstdint>
#include <deque>

#include "core/mqtt/publish.hpp"
#include "core/stats/snapshot.hpp"
#include "loadgen/acknowledgements.hpp"
#include "loadgen/member.hpp"
#include "loadgen/message_plan.hpp"
#include "loadgen/outbox.hpp"

namespace handfast::loadgen {

class Responder {
 public:
  /// Answers that wait for room in the window; one more is dropped. Requests come no faster than
  /// answers go for long.
  static constexpr std::size_t most_waiting = 100'000;

  Responder(const MessagePlan& plan, const Member& member, stats::FleetStats& book)
      : plan_(plan),
        book_(book),
        measured_from_(member.measured_from),
        acknowledgements_(plan.version, plan.spec.qos, plan.spec.pace.window,
                          member.measured_from) {}

  void begin(const mqtt::Connack& connack) { acknowledgements_.begin(connack); }
  /// Appends the answer to `request`, or keeps it until the window has room. A message without
  /// response topic is no request and gets none.
  void answer(const mqtt::PublishView& request, TimePoint now, Outbox& out);
  bool on_ack(const mqtt::Frame& frame, TimePoint now, Outbox& out);
  /// Answers that wait or are in flight.
  std::size_t open() const { return waiting_.size() + acknowledgements_.in_flight(); }
  void close();

 private:
  struct Answer {
    std::string topic;
    Bytes properties;
    Bytes payload;
    TimePoint intended;
  };
  void send(const mqtt::PublishView& answer, TimePoint intended, TimePoint now, Outbox& out);
  /// Where an answer meant for `intended` counts.
  stats::MessageStats& messages(TimePoint intended) {
    return intended < measured_from_ ? warm_up_ : book_.message_stats();
  }

  const MessagePlan& plan_;
  stats::FleetStats& book_;
  TimePoint measured_from_;
  stats::MessageStats warm_up_;  ///< nobody reads it
  Acknowledgements acknowledgements_;
  std::deque<Answer> waiting_;
};

}  // namespace handfast::loadgen
