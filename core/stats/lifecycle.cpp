#include "core/stats/lifecycle.hpp"

namespace handfast::stats {

void Lifecycle::merge(const Lifecycle& other) {
  reconnects.lost += other.reconnects.lost;
  reconnects.attempts += other.reconnects.attempts;
  reconnects.back += other.reconnects.back;
  reconnects.given_up += other.reconnects.given_up;
  reconnects.away += other.reconnects.away;
  takeovers.attempted += other.takeovers.attempted;
  takeovers.taken_over += other.takeovers.taken_over;
  takeovers.unannounced += other.takeovers.unannounced;
  takeovers.stayed += other.takeovers.stayed;
  half_opens.silent += other.half_opens.silent;
  half_opens.closed += other.half_opens.closed;
  half_opens.held += other.half_opens.held;
  bad_chains.as_expected += other.bad_chains.as_expected;
  bad_chains.wrongly_accepted += other.bad_chains.wrongly_accepted;
  bad_chains.refused_otherwise += other.bad_chains.refused_otherwise;
  bad_chains.interrupted += other.bad_chains.interrupted;
  for (const auto& [key, count] : other.bad_chains.causes) bad_chains.causes[key] += count;
  shadows.agreed += other.shadows.agreed;
  shadows.differed += other.shadows.differed;
  shadows.not_comparable += other.shadows.not_comparable;
  for (const auto& [text, count] : other.shadows.differences) shadows.differences[text] += count;
}

}  // namespace handfast::stats
