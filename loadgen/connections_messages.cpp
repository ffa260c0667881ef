// The part of Connections that serves activities: when their turn is, and what they learn of
// others.
#include <algorithm>

#include "loadgen/connections.hpp"

namespace handfast::loadgen {

void Connections::give_activity(Slot& slot) {
  FleetShare& share = shares_[slot.fleet];
  const FleetPlan& plan = share.plan();
  if (!plan.messages || slot.role == Role::shadow) return;
  // A connection with another errand exchanges nothing; nobody is to wait for it.
  if (slot.role != Role::regular) return plan.board->leave_out(plan.spec.behaviour);
  const Member member{.client = slot.start.client,
                      .number = slot.start.number,
                      .epoch = begin_,
                      .measured_from = begin_ + plan.spec.warm_up,
                      .measured = share.measures(slot.start.intended)};
  auto activity = std::make_unique<Activity>(*plan.messages, member, *plan.board, share.book());
  activity->slot = slot.index;
  slot.session->set_activity(std::move(activity));
}

/// Lets the connection's messages go on.
void Connections::serve_messages(Slot& slot) {
  Session& session = *slot.session;
  if (session.state() != Session::State::established || session.write_failed()) return;
  Activity& activity = *session.activity();
  session.work(io_, slot.pending.empty());
  if (session.over()) return;
  if (const auto due = activity.next_due()) {
    message_wheel_.arm(activity, *due);
  } else {
    message_wheel_.cancel(activity);
  }
}

/// Ends a connection that has nothing more to wait for. Only when the socket took everything: from
/// DISCONNECT on there is little time left.
void Connections::leave_when_done(Slot& slot, TimePoint now) {
  Session& session = *slot.session;
  const bool idle = session.state() == Session::State::established && slot.pending.empty();
  if (!idle || session.write_failed() || !session.activity()->done(now)) return;
  io_.clear();
  session.disconnect(io_);
  flush(slot, now);
}

/// The load is over: what is due may still come.
void Connections::end_messages(Slot& slot, TimePoint now) {
  slot.session->activity()->stop(now);
  resume(slot, now);
}

/// The connection is over, its messages are booked.
void Connections::close_messages(Slot& slot, TimePoint now) {
  Activity* activity = slot.session->activity();
  if (activity == nullptr) return;
  message_wheel_.cancel(*activity);
  activity->close(now);
}

void Connections::resume(Slot& slot, TimePoint now) {
  io_.clear();
  settle(slot, now);
}

/// Passes on what other workers did: all subscribers stand, or all publishers are finished.
void Connections::watch_board(TimePoint now) {
  const auto with_board = std::ranges::find_if(
      shares_, [](const FleetShare& share) { return share.plan().board != nullptr; });
  if (with_board == shares_.end()) return;
  const MessageBoard& board = *with_board->plan().board;
  const bool opens = !gate_open_ && board.subscribers_ready();
  const bool ends = !publishing_over_ && board.publishing_over();
  if (!opens && !ends) return;
  gate_open_ = gate_open_ || opens;
  publishing_over_ = publishing_over_ || ends;
  for (Slot& slot : slots_) {
    if (!slot.session || slot.session->over() || !slot.session->activity()) continue;
    slot.session->activity()->on_news(now);
    resume(slot, now);
  }
}

}  // namespace handfast::loadgen
