// What becomes of connections above their sockets: the second half of Connections.
#include <algorithm>
#include <boost/asio/buffer.hpp>

#include "loadgen/cause.hpp"
#include "loadgen/connections.hpp"
#include "loadgen/share.hpp"

namespace handfast::loadgen {
namespace {

Role role_of(const FleetSpec& spec, const Start& start) {
  if (start.kind == StartKind::takeover) return Role::takeover_second;
  if (spec.behaviour == Behaviour::takeover) return Role::takeover_first;
  if (spec.bad_chains && in_share(start.number, spec.bad_chains->share)) return Role::bad_chain;
  if (spec.half_open && in_share(start.number, spec.half_open->share)) return Role::half_open;
  return Role::regular;
}

}  // namespace

void Connections::assign_role(Slot& slot) {
  const FleetSpec& spec = shares_[slot.fleet].plan().spec;
  slot.role = role_of(spec, slot.start);
  const auto& slow = spec.slow_handshake;
  if (slow && in_share(slot.start.number, slow->share)) {
    extras_of(slot).piece_bytes = slow->piece_bytes;
  }
}

/// True when this step established the connection: with the CONNACK that accepts, mostly.
bool Connections::record(Slot& slot, TimePoint now) {
  if (slot.role == Role::shadow) return record_shadow(slot);
  if (slot.role == Role::bad_chain) return record_bad_chain(slot, now);
  FleetShare& share = shares_[slot.fleet];
  share.record_oddities(io_.oddities, slot.start.intended);
  if (io_.handshake_done && share.measures(slot.start.intended)) {
    share.record_handshake(*slot.session->facts());
    if (const auto* datagrams = slot.session->datagrams())
      share.record_secured(*datagrams, slot.session->began_again(), slot.start.intended);
  }
  if (io_.handshake_done && slot.extras) slot.extras->tries.reset();
  if (io_.ticket) share.keep_session(slot.start.client, std::move(io_.ticket));
  if (io_.phases.empty()) return false;
  share.record_phases(io_.phases, slot.start.intended);
  if (!io_.established) return false;
  slot.ready = true;
  const TimePoint end = io_.phases.back().end;
  share.record_ready(slot.start.intended, slot.begin, end);
  if (slot.start.kind == StartKind::reconnect) {
    ++share.lifecycle_at(slot.start.intended).reconnects.back;
    share.record(stats::Phase::outage, end - slot.start.lost, slot.start.intended);
  }
  if (slot.shows_certificate && slot.session->facts()->certificate_sent) {
    share.record_certificate(slot.certificate, slot.start.intended);
  }
  leave_cap();
  plan_shadow(slot, TlsOutcome::passed());
  return true;
}

/// Bad chains leave no trace in the latencies of the good ones.
bool Connections::record_bad_chain(Slot& slot, TimePoint now) {
  if (!io_.established) return false;
  slot.ready = true;
  shares_[slot.fleet].leave_cap(now);
  leave_cap();
  plan_shadow(slot, TlsOutcome::passed());
  return true;
}

void Connections::established(Slot& slot, TimePoint now) {
  FleetShare& share = shares_[slot.fleet];
  const FleetSpec& spec = share.plan().spec;
  if (slot.extras) slot.extras->piece_bytes = 0;
  if (slot.role == Role::shadow) return slot.session->disconnect(io_);
  if (slot.role == Role::takeover_second) return expect_takeover(slot, now);
  const bool drops = comes_and_goes(spec.behaviour);
  if (drops && slot.role == Role::regular && !hold_ended_) {
    slot.session->disconnect_after_ticket(io_);
    if (slot.session->state() == Session::State::ticket) arm(slot, now + ticket_wait);
    return;
  }
  const bool ended = hold_ended_ && !slot.session->activity();
  if (drops || slot.role == Role::bad_chain || ended) return slot.session->disconnect(io_);
  if (Activity* activity = slot.session->activity()) {
    if (hold_ended_) activity->stop(now);
    return arm_keep_alive(slot, now);
  }
  slot.session->release_buffers();
  if (slot.pending.empty()) slot.pending.clear();
  if (spec.reconnect && spec.reconnect->hold_for) {
    extras_of(slot).hold_until = now + *spec.reconnect->hold_for;
  }
  if (slot.role == Role::takeover_first) {
    share.follow_up({.number = slot.start.number,
                     .client = slot.start.client,
                     .intended = now + spec.takeover.after,
                     .kind = StartKind::takeover,
                     .first = slot.id()});
  }
  arm_keep_alive(slot, now);
}

/// A silent client never reaches CONNACK, so it must not fill the concurrency cap.
void Connections::fell_silent(Slot& slot, TimePoint now) {
  FleetShare& share = shares_[slot.fleet];
  slot.ready = true;
  ++share.lifecycle_at(slot.start.intended).half_opens.silent;
  share.leave_cap(now);
  leave_cap();
  extras_of(slot).silent_since = now;
  if (hold_ended_) return slot.session->disconnect(io_);
  arm(slot, now + share.plan().spec.half_open->silent_for);
}

/// PINGREQ goes out a tenth before the keep alive is over, which counts from the last packet sent
/// (MQTT 5.0 [MQTT-3.1.2-20]).
void Connections::arm_keep_alive(Slot& slot, TimePoint last_sent) {
  const Nanos keep_alive = slot.session->keep_alive();
  if (keep_alive == Nanos(0)) return disarm(slot);
  arm(slot, last_sent + keep_alive * 9 / 10);
}

/// `due` is for what the session waits for; the one timer fires for whichever comes first.
void Connections::arm(Slot& slot, TimePoint due) {
  slot.due = due;
  if (slot.extras) {
    due = std::min(due, slot.extras->hold_until.value_or(due));
    due = std::min(due, slot.extras->next_piece.value_or(due));
    if (slot.extras->tries) due = std::min(due, slot.extras->tries->next);
    if (slot.extras->paths) due = std::min(due, slot.extras->paths->next().value_or(due));
  }
  if (slot.session) due = std::min(due, slot.session->next_deadline().value_or(due));
  if (due == TimePoint::max()) return wheel_.cancel(slot);
  wheel_.arm(slot, due);
}

void Connections::expire(TimePoint now) {
  start_shadows(now);
  wheel_.advance(now,
                 [this, now](TimerWheel::Node& node) { on_timer(static_cast<Slot&>(node), now); });
  watch_board(now);
  message_wheel_.advance(now, [this, now](TimerWheel::Node& node) {
    resume(slots_.at(static_cast<Activity&>(node).slot), now);
  });
}

void Connections::on_timer(Slot& slot, TimePoint now) {
  if (slot.due <= now) {
    slot.due = TimePoint::max();
    return on_due(slot, now);
  }
  Extras* extras = slot.extras.get();
  if (extras != nullptr && extras->hold_until && *extras->hold_until <= now) {
    extras->hold_until.reset();
    // A connection that cannot be written to waits for the reason.
    return slot.session->write_failed() ? arm(slot, slot.due) : let_go(slot, now);
  }
  if (extras != nullptr && extras->next_piece && *extras->next_piece <= now) {
    return send_piece(slot, now);
  }
  if (uses_datagrams(slot)) return on_session_deadline(slot, now);
  arm(slot, slot.due);  // the wheel may be a tick ahead
}

void Connections::on_due(Slot& slot, TimePoint now) {
  if (slot.counted) return finish(slot, now);
  Session& session = *slot.session;
  const bool waits =
      session.state() == Session::State::silent || session.state() == Session::State::ticket;
  if (waits && !session.write_failed()) return let_go(slot, now);
  const bool idle = session.state() == Session::State::established && !session.write_failed();
  io_.clear();
  if (idle && awaits_takeover(slot)) {
    session.fail(cause_not_taken_over);
    ++shares_[slot.fleet].lifecycle_at(slot.start.intended).takeovers.stayed;
    return finish(slot, now);
  }
  if (idle && !session.ping_outstanding()) {
    session.ping(io_);
    slot.pinged = now;
    arm(slot, now + shares_[slot.fleet].plan().spec.deadline);
    flush(slot, now);
    if (session.over()) finish(slot, now);
    return;
  }
  if (session.write_failed()) hear_out(slot, now);
  session.on_deadline();
  finish(slot, now);
}

/// Why a write failed may lie in the socket already while a busy loop gets here first.
void Connections::hear_out(Slot& slot, TimePoint now) {
  constexpr int reads = 16;  // of a peer that talks without end
  for (int i = 0; i < reads && !slot.session->over(); ++i) {
    boost::system::error_code error;
    const std::size_t count = slot.socket.read_some(boost::asio::buffer(buffer_), error);
    if (error) return;  // the failed write says as much
    count_bytes(slot, 0, count, now);
    slot.session->on_bytes(ByteView(buffer_).first(count), io_);
  }
}

/// Ends the connection in order, in the fleet's style.
void Connections::let_go(Slot& slot, TimePoint now) {
  io_.clear();
  slot.session->disconnect(io_);
  settle(slot, now);
}

void Connections::end_hold(TimePoint now) {
  hold_ended_ = true;
  shadows_due_.clear();
  for (FleetShare& share : shares_) share.end_follow_ups();
  for (Slot& slot : slots_) {
    if (held(slot)) end_held(slot, now);
  }
}

void Connections::ramp_down(std::size_t fleet, double share, TimePoint now) {
  RampDown& ramp = ramps_[fleet];
  if (!ramp.begun()) ramp.begin(held_by(fleet));
  for (const SlotId id : ramp.due(share)) {
    Slot* slot = slots_.find(id);
    if (slot != nullptr && held(*slot)) end_held(*slot, now);
  }
}

/// Who exchanges messages settles what is under way first.
void Connections::end_held(Slot& slot, TimePoint now) {
  const bool talks =
      slot.session->activity() && slot.session->state() == Session::State::established;
  talks ? end_messages(slot, now) : let_go(slot, now);
}

std::vector<SlotId> Connections::held_by(std::size_t fleet) {
  std::vector<SlotId> ids;
  for (Slot& slot : slots_) {
    if (slot.fleet == fleet && held(slot)) ids.push_back(slot.id());
  }
  return ids;
}

bool Connections::held(Slot& slot) {
  if (!slot.session || slot.counted) return false;
  const auto state = slot.session->state();
  const bool lasts = state == Session::State::established || state == Session::State::silent;
  // A take-over under way is decided within the deadline.
  return lasts && partner_of(slot) == nullptr;
}

void Connections::interrupt_all(TimePoint now) {
  shadows_due_.clear();
  for (Slot& slot : slots_) {
    if (!slot.session) continue;
    if (slot.role == Role::shadow) slot.counted = true;
    if (!slot.counted) {
      slot.counted = true;
      FleetShare& share = shares_[slot.fleet];
      if (slot.role == Role::bad_chain) {
        share.bad_chain_interrupted(slot.start, slot.ready, now);
      } else {
        share.interrupted(slot.start, slot.ready, now);
      }
    }
    finish(slot, now);
  }
}

void Connections::count_success(Slot& slot, TimePoint now) {
  slot.counted = true;
  if (slot.role == Role::shadow) return count_shadow(slot);
  FleetShare& share = shares_[slot.fleet];
  const FleetSpec& spec = share.plan().spec;
  if (slot.role == Role::bad_chain) {
    return share.bad_chain(slot.start, judge_accepted(spec.bad_chains->expect), nullptr, now);
  }
  if (slot.role == Role::half_open) {
    ++share.lifecycle_at(slot.start.intended).half_opens.held;
  }
  share.succeeded(slot.start, now);
  const bool ending = hold_ended_ || ramps_.contains(slot.fleet);
  slot.returns = spec.reconnect && slot.role == Role::regular && !ending;
}

void Connections::count_failure(Slot& slot, TimePoint now) {
  slot.counted = true;
  if (slot.role == Role::shadow) return count_shadow(slot);
  if (!slot.ready) plan_shadow(slot, TlsOutcome::of(*slot.session->failure()));
  FleetShare& share = shares_[slot.fleet];
  const FleetSpec& spec = share.plan().spec;
  const stats::FailureKey& failure = *slot.session->failure();
  if (slot.role == Role::bad_chain) {
    if (!slot.ready) share.leave_cap(now);
    const auto& expect = spec.bad_chains->expect;
    return slot.ready ? share.bad_chain(slot.start, judge_accepted(expect), nullptr, now)
                      : share.bad_chain(slot.start, judge_failed(expect, failure), &failure, now);
  }
  if (slot.role == Role::half_open && slot.ready) {
    ++share.lifecycle_at(slot.start.intended).half_opens.closed;
    share.record(stats::Phase::silence, now - *slot.extras->silent_since, slot.start.intended);
    return share.succeeded(slot.start, now);
  }
  if (slot.role == Role::takeover_first && count_takeover(slot))
    return share.succeeded(slot.start, now);
  sample_failure(slot, now);
  share.failed(slot.start, failure, slot.ready, now);
  if (spec.reconnect && slot.role == Role::regular) {
    if (slot.ready) ++share.lifecycle_at(now).reconnects.lost;
    slot.returns = failure.cause.compare(0, 6, "local:") != 0;
  }
}

/// Counts the outcome if that has not been done, closes the socket and frees the slot.
void Connections::finish(Slot& slot, TimePoint now) {
  if (waits_for_second(slot)) return;
  FleetShare& share = shares_[slot.fleet];
  close_messages(slot, now);
  if (uses_datagrams(slot)) book_datagrams(slot);
  Slot* partner = nullptr;
  if (!slot.counted) {
    count_failure(slot, now);
    leave_cap();
    partner = partner_of(slot);
  }
  const bool returns = slot.returns;
  const bool was_ready = slot.ready;
  const Start ended = slot.start;
  release(slot);
  if (returns) come_back(share, ended, was_ready, now);
  if (partner != nullptr) part(partner, now);
}

void Connections::come_back(FleetShare& share, const Start& ended, bool was_ready, TimePoint now) {
  const auto next = next_attempt(*share.plan().spec.reconnect, ended, was_ready, now, io_.random);
  if (next) return share.follow_up(*next);
  ++share.lifecycle().reconnects.given_up;
}

void Connections::leave_cap() {
  if (on_room) on_room();
}

/// A reset is asked for when the socket closes (SO_LINGER, socket(7)).
void Connections::release(Slot& slot) {
  const bool resets = shares_[slot.fleet].plan().spec.close == CloseStyle::rst;
  if (resets && slot.session->state() == Session::State::closed) {
    boost::system::error_code ignored;
    slot.socket.set_option(boost::asio::socket_base::linger(true, 0), ignored);
  }
  wheel_.cancel(slot);
  slots_.release(slot);
}

}  // namespace handfast::loadgen
