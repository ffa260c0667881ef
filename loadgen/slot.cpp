#include "loadgen/slot.hpp"

namespace handfast::loadgen {

Extras& extras_of(Slot& slot) {
  if (!slot.extras) slot.extras = std::make_unique<Extras>();
  return *slot.extras;
}

Slot& Slots::acquire() {
  ++in_use_;
  if (free_.empty()) {
    return slots_.emplace_back(loop_, static_cast<std::uint32_t>(slots_.size()));
  }
  const std::uint32_t index = free_.back();
  free_.pop_back();
  return slots_[index];
}

Slot* Slots::find(SlotId id) {
  Slot& slot = slots_[id.index];
  return slot.session && slot.generation == id.generation ? &slot : nullptr;
}

void Slots::release(Slot& slot) {
  boost::system::error_code ignored;
  slot.socket.close(ignored);
  slot.session.reset();
  slot.pending.clear();
  slot.pinged = Slot::not_pinged;
  slot.address = 0;
  slot.extras.reset();
  slot.due = TimePoint::max();
  slot.role = Role::regular;
  slot.shows_certificate = false;
  slot.ready = slot.counted = slot.returns = slot.awaits_writable = slot.reading_paused = false;
  ++slot.generation;
  free_.push_back(slot.index);
  --in_use_;
}

}  // namespace handfast::loadgen
