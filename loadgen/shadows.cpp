// The part of Connections that repeats some of them with libssl.
#include "loadgen/connections.hpp"
#include "loadgen/share.hpp"

namespace handfast::loadgen {

/// After the outcome of `slot`, if it is one of those to repeat. What lies below has no place for
/// another connection; the next turn of the loop starts it.
void Connections::plan_shadow(const Slot& slot, const TlsOutcome& outcome) {
  if (hold_ended_ || !engines_[slot.fleet].shadow) return;
  if (slot.role != Role::regular && slot.role != Role::bad_chain) return;
  if (!in_share(slot.start.number, shares_[slot.fleet].plan().spec.shadow_share)) return;
  shadows_due_.push_back({slot.fleet, slot.start, {outcome, slot.role == Role::bad_chain}});
}

void Connections::start_shadows(TimePoint now) {
  for (const PlannedShadow& planned : shadows_due_) {
    Slot& slot = acquire(planned.fleet, planned.start, now);
    slot.role = Role::shadow;
    extras_of(slot).original = planned.original;
    const FleetPlan& plan = shares_[planned.fleet].plan();
    // The original may still be there; a name of its own keeps the two from ending each other.
    std::string client_id = expand_client_id(plan.spec.client_id, plan.spec.name,
                                             planned.start.client, planned.start.number);
    client_id += "-shadow";
    if (!begin_session(slot, make_client(slot, nullptr), std::move(client_id), now)) continue;
    arm(slot, now + plan.spec.deadline);
    connect(slot, now);
  }
  shadows_due_.clear();
}

bool Connections::record_shadow(Slot& slot) {
  if (io_.established) slot.ready = true;
  return io_.established;
}

void Connections::count_shadow(Slot& slot) {
  const auto* failure = slot.session->failure();
  const auto outcome = slot.ready || !failure ? TlsOutcome::passed() : TlsOutcome::of(*failure);
  compare(slot.extras->original->outcome, outcome, shares_[slot.fleet].lifecycle().shadows);
}

}  // namespace handfast::loadgen
