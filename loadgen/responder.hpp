// Answers requests (MQTT 5.0 §4.10): the payload goes back to the response topic that the request
// names, with its correlation data.
#pragma once

#include <cstdint>
#include <deque>

#include "core/mqtt/publish.hpp"
#include "core/stats/snapshot.hpp"
#include "loadgen/acknowledgements.hpp"
#include "loadgen/message_plan.hpp"
#include "loadgen/outbox.hpp"

namespace handfast::loadgen {

class Responder {
 public:
  /// Answers that wait for room in the window; one more is dropped. Requests come no faster than
  /// answers go for long.
  static constexpr std::size_t most_waiting = 100'000;

  Responder(const MessagePlan& plan, stats::FleetStats& book)
      : plan_(plan),
        book_(book),
        acknowledgements_(plan.version, plan.spec.qos, plan.spec.pace.window) {}

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
  stats::MessageStats& messages() { return book_.message_stats(); }

  const MessagePlan& plan_;
  stats::FleetStats& book_;
  Acknowledgements acknowledgements_;
  std::deque<Answer> waiting_;
};

}  // namespace handfast::loadgen
