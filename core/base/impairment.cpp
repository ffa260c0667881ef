#include "core/base/impairment.hpp"

#include <algorithm>
#include <tuple>

namespace handfast {

void Impairment::offer(ByteView datagram, TimePoint now) {
  ++counts_.offered;
  if (swallows(datagram)) return;
  TimePoint due = now + settings_.delay;
  if (settings_.jitter > Nanos(0)) {
    due += Nanos(static_cast<Nanos::rep>(
        random_.below(static_cast<std::uint64_t>(settings_.jitter.count()))));
  }
  const bool twice = chance(settings_.duplication);
  const bool waits = !held_ && chance(settings_.reorder);
  send(datagram, waits ? due + settings_.reorder_hold : due);
  if (waits) {
    held_ = order_;
    ++counts_.reordered;
  } else {
    let_held_pass(due);
  }
  if (!twice) return;
  ++counts_.duplicated;
  send(datagram, due);
}

bool Impairment::swallows(ByteView datagram) {
  if (settings_.largest > 0 && datagram.size() > settings_.largest) {
    ++counts_.too_large;
    return true;
  }
  const bool named = std::ranges::find(settings_.drop, counts_.offered) != settings_.drop.end();
  // Drawn in any case, so that a dropped number leaves the fate of the others alone.
  if (!chance(settings_.loss) && !named) return false;
  ++counts_.lost;
  return true;
}

void Impairment::send(ByteView datagram, TimePoint due) {
  travelling_.push_back({due, ++order_, {datagram.begin(), datagram.end()}});
}

/// The one that was held back follows its successor at once.
void Impairment::let_held_pass(TimePoint due) {
  if (!held_) return;
  const auto held = std::ranges::find(travelling_, *held_, &Travelling::order);
  held_.reset();
  if (held == travelling_.end()) return;  // it waited long enough and is gone
  held->due = due;
  held->order = ++order_;
}

std::optional<Bytes> Impairment::take(TimePoint now) {
  const auto next = first();
  if (next == travelling_.end() || next->due > now) return std::nullopt;
  Bytes datagram = next->datagram;
  travelling_.erase(next);
  return datagram;
}

void Impairment::forget() {
  travelling_.clear();
  held_.reset();
}

std::optional<TimePoint> Impairment::next() const {
  const auto next = first();
  if (next == travelling_.end()) return std::nullopt;
  return next->due;
}

std::vector<Impairment::Travelling>::const_iterator Impairment::first() const {
  return std::ranges::min_element(
      travelling_, {}, [](const Travelling& one) { return std::tuple(one.due, one.order); });
}

}  // namespace handfast
