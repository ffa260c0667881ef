// Pairs of connections of which the second takes the session of the first: part of Connections.
#include "loadgen/takeover.hpp"

#include <cerrno>

#include "loadgen/cause.hpp"
#include "loadgen/connections.hpp"

namespace handfast::loadgen {

namespace {

constexpr std::uint8_t session_taken_over = 0x8e;  // MQTT 5.0 §3.14.2.1

}  // namespace

/// Binds the pair, if the first connection still stands.
void Connections::meet_first(Slot& second) {
  Slot* first = slots_.find(second.start.first);
  if (first == nullptr || first->counted || first->session->over()) return;
  ++shares_[second.fleet].lifecycle_at(first->start.intended).takeovers.attempted;
  if (!first->extras) first->extras = std::make_unique<Extras>();
  if (!second.extras) second.extras = std::make_unique<Extras>();
  first->extras->partner = second.id();
  second.extras->partner = first->id();
}

/// The other connection of a pair; null when there is none, or no more.
Slot* Connections::partner_of(Slot& slot) {
  if (!slot.extras || !slot.extras->partner) return nullptr;
  return slots_.find(*slot.extras->partner);
}

/// The second connection has its CONNACK: from here on the broker owes us the end of the first.
void Connections::expect_takeover(Slot& second, TimePoint now) {
  Slot* first = partner_of(second);
  if (first == nullptr) return second.session->disconnect(io_);
  disarm(second);  // its end is that of the first one, which has a deadline
  arm(*first, now + shares_[second.fleet].plan().spec.deadline);
  if (first->session->over()) arm(*first, now);
}

/// The first connection has ended, and whether it was taken over hangs on the second one's CONNACK:
/// the socket goes, the outcome waits.
bool Connections::waits_for_second(Slot& first) {
  if (first.role != Role::takeover_first || first.counted) return false;
  const Slot* second = partner_of(first);
  if (second == nullptr || second->ready || second->counted) return false;
  boost::system::error_code ignored;
  first.socket.close(ignored);
  disarm(first);
  return true;
}

/// The second connection of the pair has its CONNACK, so this one must go.
bool Connections::awaits_takeover(Slot& first) {
  if (first.role != Role::takeover_first) return false;
  const Slot* second = partner_of(first);
  return second != nullptr && second->ready;
}

/// Books the end of the first connection as a take-over, if it was one.
bool Connections::count_takeover(Slot& first) {
  if (!awaits_takeover(first)) return false;
  const std::string& cause = first.session->failure()->cause;
  const bool announced = cause == disconnect_cause(session_taken_over);
  if (!announced && cause != cause_closed && cause != errno_cause(ECONNRESET)) return false;
  FleetShare& share = shares_[first.fleet];
  stats::Takeovers& counts = share.lifecycle_at(first.start.intended).takeovers;
  ++counts.taken_over;
  if (!announced && share.plan().spec.mqtt_level == 5) ++counts.unannounced;
  return true;
}

/// One of a pair is gone; the other has nothing to wait for any more.
void Connections::part(Slot* partner, TimePoint now) {
  partner->extras->partner.reset();
  if (partner->counted) return;
  if (partner->session->over()) return finish(*partner, now);
  if (partner->session->state() == Session::State::established) let_go(*partner, now);
}

}  // namespace handfast::loadgen
