#include "loadgen/reconnect.hpp"

namespace handfast::loadgen {
namespace {

/// Since when the client has no connection: an attempt that came to nothing does not begin a new
/// outage.
TimePoint lost_at(const Start& ended, bool was_ready, TimePoint now) {
  if (was_ready) return now;
  return ended.kind == StartKind::reconnect ? ended.lost : ended.intended;
}

/// The waits of an outage grow from the initial one, whether it began with a lost connection or
/// with a first attempt, before which nobody waited.
std::uint32_t waited_before(const Start& next) {
  return next.never_ready ? next.failures - 1 : next.failures;
}

}  // namespace

std::optional<Start> next_attempt(const Reconnect& reconnect, const Start& ended, bool was_ready,
                                  TimePoint now, Random& random) {
  Start next{.number = ended.number, .client = ended.client, .kind = StartKind::reconnect};
  next.failures = was_ready ? 0 : ended.failures + 1;
  next.never_ready = !was_ready && (ended.kind != StartKind::reconnect || ended.never_ready);
  if (reconnect.max_attempts > 0 && next.failures >= reconnect.max_attempts) return std::nullopt;
  next.intended = now + delay(reconnect.back_off, waited_before(next), random);
  next.lost = lost_at(ended, was_ready, now);
  next.waits_since = now;
  return next;
}

}  // namespace handfast::loadgen
