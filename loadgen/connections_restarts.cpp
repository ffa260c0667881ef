// Handshakes over datagrams that a loss has brought to a standstill, begun again from another port
// (loadgen/datagram_spec.hpp says why).
#include "loadgen/cause.hpp"
#include "loadgen/connections.hpp"

namespace handfast::loadgen {
namespace {

constexpr std::uint8_t unexpected_message = 10;  // RFC 5246 section 7.2

/// The server gave the handshake up, or took a flight of ours that came again for one out of place:
/// Erlang's does when the first had arrived in part.
bool ended_by_loss(const Session& session) {
  static const std::string gave_up = stall_cause(tls::Stall::server_gave_up);
  const auto* failure = session.failure();
  if (failure == nullptr) return false;
  if (failure->cause == gave_up) return true;
  const auto* why = session.tls_failure();
  return why != nullptr && failure->phase == "tls" && why->cause == tls::Cause::alert_received &&
         why->alert.description == unexpected_message && session.datagrams()->retransmits > 0;
}

}  // namespace

/// For a new connection. One with another errand is to show what becomes of it.
void Connections::allow_restarts(Slot& slot, std::shared_ptr<const tls::Session> resume,
                                 TimePoint now) {
  const FleetSpec& spec = shares_[slot.fleet].plan().spec;
  const Restart& restart = spec.datagrams.restart;
  if (restart.times == 0 || slot.role != Role::regular) return;
  // A try that is cut short would only blur what stands in the way.
  const bool in_time = 2 * restart.after <= spec.deadline;
  extras_of(slot).tries = Tries{.left = restart.times,
                                .next = in_time ? now + restart.after : TimePoint::max(),
                                .resume = std::move(resume)};
}

/// True when the session has ended in a way that another try may mend, and that has begun.
bool Connections::begins_again(Slot& slot, TimePoint now) {
  return ended_by_loss(*slot.session) && begin_again(slot, now);
}

/// False when no try is left; then nothing has changed.
bool Connections::begin_again(Slot& slot, TimePoint now) {
  if (!slot.extras || !slot.extras->tries || slot.extras->tries->left == 0) return false;
  FleetShare& share = shares_[slot.fleet];
  const FleetPlan& plan = share.plan();
  auto client = make_client(slot, slot.extras->tries->resume);
  if (!client) return false;
  // The path stays what it is, and is booked at its end.
  auto paths = std::move(slot.extras->paths);
  book_datagrams(slot);
  share.record_restart(slot.start.intended);
  if (paths) {
    paths->up.forget();
    paths->down.forget();
  }
  slot.extras->paths = std::move(paths);

  Tries& tries = *slot.extras->tries;
  --tries.left;
  const Nanos after = plan.spec.datagrams.restart.after;
  const bool more = tries.left > 0 && now + 2 * after <= slot.due;
  tries.next = more ? now + after : TimePoint::max();
  boost::system::error_code ignored;
  slot.socket.close(ignored);
  ++slot.generation;  // what was waited for on the old socket finds nothing

  auto activity = slot.session->take_activity();
  slot.session.emplace(
      plan.protocol, std::move(*client),
      expand_client_id(plan.spec.client_id, plan.spec.name, slot.start.client, slot.start.number),
      now);
  slot.session->identify(slot.start.client, slot.start.number);
  slot.session->set_activity(std::move(activity));
  slot.session->go_on_from(slot.begin);
  connect_datagrams(slot, now);
  return true;
}

}  // namespace handfast::loadgen
