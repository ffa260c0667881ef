#include "loadgen/reconnect.hpp"

namespace handfast::loadgen {
namespace {

/// Since when the client has no connection: an attempt that came to nothing does not begin a new
/// outage.
TimePoint lost_at(const Start& ended, bool was_ready, TimePoint now) {
  if (was_ready) return now;
  return ended.kind == StartKind::reconnect ? ended.lost : ended.intended;
}

}  // namespace

std::optional<Start> next_attempt(const Reconnect& reconnect, const Start& ended, bool was_ready,
                                  TimePoint now, Random& random) {
  Start next{.number = ended.number, .client = ended.client, .kind = StartKind::reconnect};
  next.failures = was_ready ? 0 : ended.failures + 1;
  if (reconnect.max_attempts > 0 && next.failures >= reconnect.max_attempts) return std::nullopt;
  next.intended = now + delay(reconnect.back_off, next.failures, random);
  next.lost = lost_at(ended, was_ready, now);
  next.waits_since = now;
  return next;
}

}  // namespace handfast::loadgen
