#include "loadgen/reception.hpp"

#include <algorithm>

namespace handfast::loadgen {

Arrival Reception::add(const MessageHeader& header, bool retained) {
  Track& track = tracks_[header.stream];
  const bool late = header.sequence < track.seen.end();
  if (!track.seen.insert(header.sequence)) return Arrival::duplicated;
  if (!retained && (!track.first_live || header.sequence < *track.first_live)) {
    track.first_live = header.sequence;
  }
  return late ? Arrival::out_of_order : Arrival::in_order;
}

const Track* Reception::find(const StreamKey& stream) const {
  const auto found = tracks_.find(stream);
  return found == tracks_.end() ? nullptr : &found->second;
}

std::uint64_t Reception::absorb(const Reception& other) {
  std::uint64_t both = 0;
  for (const auto& [key, theirs] : other.tracks_) {
    Track& ours = tracks_[key];
    for (const auto& interval : theirs.seen.intervals()) {
      both += interval.end - interval.begin - ours.seen.insert(interval);
    }
    if (theirs.first_live) {
      ours.first_live = std::min(ours.first_live.value_or(*theirs.first_live), *theirs.first_live);
    }
  }
  if (other.begin) begin = std::max(begin.value_or(*other.begin), *other.begin);
  cut_off = cut_off || other.cut_off;
  return both;
}

}  // namespace handfast::loadgen
