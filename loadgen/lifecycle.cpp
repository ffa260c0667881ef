// What becomes of connections above their sockets: the second half of Connections.
#include "loadgen/connections.hpp"

namespace handfast::loadgen {

/// True when this step brought the CONNACK that accepts.
bool Connections::record(Slot& slot) {
  FleetShare& share = shares_[slot.fleet];
  if (io_.handshake_done && share.measures(slot.start.intended)) {
    share.record_handshake(*slot.session->facts());
  }
  if (io_.phases.empty()) return false;
  share.record_phases(io_.phases, slot.start.intended);
  if (io_.phases.back().phase != stats::Phase::connack) return false;
  slot.ready = true;
  share.record_ready(slot.start.intended, slot.begin, io_.phases.back().end);
  if (slot.certificate && slot.session->facts()->certificate_sent) {
    share.record_certificate(*slot.certificate);
  }
  leave_cap();
  return true;
}

void Connections::established(Slot& slot, TimePoint now) {
  const FleetSpec& spec = shares_[slot.fleet].plan().spec;
  if (spec.behaviour == Behaviour::connect_and_drop || hold_ended_) {
    return slot.session->disconnect(io_);
  }
  slot.session->release_buffers();
  arm_keep_alive(slot, now);
}

/// PINGREQ goes out a tenth before the keep alive is over, which counts from the last packet sent
/// (MQTT 5.0 [MQTT-3.1.2-20]).
void Connections::arm_keep_alive(Slot& slot, TimePoint last_sent) {
  const Nanos keep_alive = slot.session->keep_alive();
  if (keep_alive == Nanos(0)) return wheel_.cancel(slot);
  wheel_.arm(slot, last_sent + keep_alive * 9 / 10);
}

void Connections::expire(TimePoint now) {
  wheel_.advance(now,
                 [this, now](TimerWheel::Node& node) { on_timer(static_cast<Slot&>(node), now); });
}

void Connections::on_timer(Slot& slot, TimePoint now) {
  if (slot.counted) return finish(slot, now);
  Session& session = *slot.session;
  const bool idle = session.state() == Session::State::established && !session.write_failed();
  io_.clear();
  if (idle && !session.ping_outstanding()) {
    session.ping(io_);
    slot.pinged = now;
    wheel_.arm(slot, now + shares_[slot.fleet].plan().spec.deadline);
    flush(slot, now);
    return;
  }
  session.on_deadline();
  finish(slot, now);
}

void Connections::end_hold(TimePoint now) {
  hold_ended_ = true;
  for (Slot& slot : slots_) {
    if (held(slot)) disconnect(slot, now);
  }
}

void Connections::ramp_down(std::size_t fleet, double share, TimePoint now) {
  RampDown& ramp = ramps_[fleet];
  if (!ramp.begun()) ramp.begin(held_by(fleet));
  for (const SlotId id : ramp.due(share)) {
    Slot* slot = slots_.find(id);
    if (slot != nullptr && held(*slot)) disconnect(*slot, now);
  }
}

std::vector<SlotId> Connections::held_by(std::size_t fleet) {
  std::vector<SlotId> ids;
  for (const Slot& slot : slots_) {
    if (slot.fleet == fleet && held(slot)) ids.push_back(slot.id());
  }
  return ids;
}

bool Connections::held(const Slot& slot) {
  return slot.session && !slot.counted && slot.session->state() == Session::State::established;
}

void Connections::disconnect(Slot& slot, TimePoint now) {
  io_.clear();
  slot.session->disconnect(io_);
  settle(slot, now);
}

void Connections::interrupt_all(TimePoint now) {
  for (Slot& slot : slots_) {
    if (!slot.session) continue;
    if (!slot.counted) {
      slot.counted = true;
      shares_[slot.fleet].interrupted(slot.start, slot.ready, now);
    }
    finish(slot, now);
  }
}

/// Counts the outcome if that has not been done, closes the socket and frees the slot.
void Connections::finish(Slot& slot, TimePoint now) {
  FleetShare& share = shares_[slot.fleet];
  share.record_bytes(slot.sent, slot.received);
  if (!slot.counted) {
    share.failed(slot.start, *slot.session->failure(), slot.ready, now);
    leave_cap();
  }
  release(slot);
}

void Connections::leave_cap() {
  if (on_room) on_room();
}

void Connections::release(Slot& slot) {
  wheel_.cancel(slot);
  slots_.release(slot);
}

}  // namespace handfast::loadgen
