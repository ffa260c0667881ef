// QoS 1 and 2 from the sender's side (MQTT 5.0 §4.3):
//
//     QoS 1   PUBLISH ─► ◄─ PUBACK
//     QoS 2   PUBLISH ─► ◄─ PUBREC, PUBREL ─► ◄─ PUBCOMP
#pragma once

#include <cstdint>
#include <optional>

#include "core/mqtt/connack.hpp"
#include "core/mqtt/frame.hpp"
#include "core/stats/snapshot.hpp"
#include "loadgen/in_flight.hpp"
#include "loadgen/outbox.hpp"
#include "loadgen/reason_tally.hpp"

namespace handfast::loadgen {

/// The window of one connection and the book of its acknowledgements.
class Acknowledgements {
 public:
  /// Messages meant before `measured_from` are in no count.
  Acknowledgements(mqtt::Version version, std::uint8_t qos, std::uint16_t window,
                   TimePoint measured_from)
      : version_(version), qos_(qos), window_(window), measured_from_(measured_from) {}

  /// The server's Receive Maximum may lower the window (MQTT 5.0 §3.2.2.3.3).
  void begin(const mqtt::Connack& connack);
  bool may_send() const { return qos_ == 0 || (messages_ && !messages_->full()); }
  std::size_t in_flight() const { return messages_ ? messages_->count() : 0; }
  /// The packet identifier of a message about to be sent; 0 for QoS 0. may_send() must hold.
  std::uint16_t add(TimePoint intended, TimePoint now);
  /// Takes PUBACK, PUBREC or PUBCOMP. False when no message waits for this one.
  bool take(const mqtt::Frame& frame, TimePoint now, stats::FleetStats& book, Outbox& out);
  /// Counts what is still in flight as unacknowledged.
  void close(stats::MessageStats& book);

 private:
  void complete(std::uint16_t id, std::uint8_t code, stats::Phase phase, TimePoint now,
                stats::FleetStats& book);

  mqtt::Version version_;
  std::uint8_t qos_;
  std::uint16_t window_;
  TimePoint measured_from_;
  std::optional<InFlight> messages_;  ///< QoS 1 and 2, from CONNACK on
  ReasonTally reasons_;
};

}  // namespace handfast::loadgen
