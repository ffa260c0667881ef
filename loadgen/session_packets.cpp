// What a session does with the packets after CONNACK, and with those of its activity.
#include "core/mqtt/disconnect.hpp"
#include "loadgen/cause.hpp"
#include "loadgen/session.hpp"

namespace handfast::loadgen {

void Session::on_packet(const mqtt::Frame& frame, Exchange& io) {
  switch (frame.type) {
    case mqtt::PacketType::pingresp:
      ping_outstanding_ = false;
      return;
    case mqtt::PacketType::disconnect: {
      const auto disconnect = mqtt::decode_disconnect(frame, protocol_.version);
      if (!disconnect || protocol_.version != mqtt::Version::v5_0) return fail(cause_malformed);
      return fail(disconnect_cause(disconnect->code));
    }
    default:
      if (activity_) return on_active_packet(frame, io);
      if (frame.type != mqtt::PacketType::publish) fail(cause_unexpected_packet);
      return;  // nothing was subscribed to, but a broker may be configured to send something
  }
}

void Session::on_active_packet(const mqtt::Frame& frame, Exchange& io) {
  if (auto failure = activity_->on_packet(frame, io.clock(), io.outbox)) {
    fail_as(std::move(*failure));
  }
}

void Session::work(Exchange& io, bool may_send) {
  if (state_ != State::established || !activity_) return;
  if (auto failure = activity_->work(io.clock(), may_send, io.outbox)) {
    return fail_as(std::move(*failure));
  }
  if (!io.outbox.packets.empty()) send_packets(io.outbox.packets, io);
}

}  // namespace handfast::loadgen
