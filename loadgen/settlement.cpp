#include "loadgen/settlement.hpp"

#include <algorithm>
#include <map>

#include "loadgen/topic_filter.hpp"

namespace handfast::loadgen {
namespace {

void charge(const Streams& streams, const Reception& reception, stats::MessageStats& book) {
  if (!reception.begin) return;
  streams.for_each(reception, [&](const Stream& stream) {
    const Shortfall gap = shortfall(stream, reception);
    book.lost += gap.lost;
    if (gap.partly_observed) ++book.partly_observed;
  });
}

bool is_shared_one(const Reception& reception) {
  return reception.filters.size() == 1 && is_shared(reception.filters.front());
}

}  // namespace

void Streams::add(Stream stream) {
  by_topic_[stream.topic].push_back(all_.size());
  by_key_[stream.key] = all_.size();
  all_.push_back(std::move(stream));
}

void Streams::for_each(const Reception& reception,
                       const std::function<void(const Stream&)>& visit) const {
  if (reception.own) {
    if (const auto own = by_key_.find(*reception.own); own != by_key_.end())
      visit(all_[own->second]);
    return;
  }
  if (std::ranges::any_of(reception.filters, has_wildcard)) {
    for (const Stream& stream : all_) {
      const auto wanted = [&](const std::string& filter) { return matches(filter, stream.topic); };
      if (std::ranges::any_of(reception.filters, wanted)) visit(stream);
    }
    return;
  }
  for (const std::string& filter : reception.filters) {
    const auto found = by_topic_.find(std::string(without_share(filter)));
    if (found == by_topic_.end()) continue;
    for (const std::size_t index : found->second) visit(all_[index]);
  }
}

Shortfall shortfall(const Stream& stream, const Reception& reception) {
  if (stream.count <= stream.first || !reception.begin) return {};
  const Track* track = reception.find(stream.key);
  const bool live = track != nullptr && track->first_live;
  const bool late = *reception.begin > stream.first_sent;
  std::uint64_t first = stream.first;
  if (late) {
    const bool last_is_owed = stream.last_sent >= *reception.begin;
    first = live ? *track->first_live : stream.count - (last_is_owed ? 1 : 0);
  }
  std::uint64_t end = stream.count;
  if (reception.cut_off) end = live ? track->seen.end() : first;
  const std::uint64_t lost =
      track != nullptr ? track->seen.missing(first, end) : end - std::min(first, end);
  return {.lost = lost, .partly_observed = late || reception.cut_off};
}

void settle(const Streams& streams, const std::vector<Reception>& receptions,
            std::vector<stats::FleetStats>& fleets) {
  std::map<std::string, Reception> groups;
  for (const Reception& reception : receptions) {
    if (!reception.begin) continue;
    stats::MessageStats& book = fleets[reception.fleet].message_stats();
    if (!is_shared_one(reception)) {
      charge(streams, reception, book);
      continue;
    }
    const auto [group, first] = groups.try_emplace(reception.filters.front(), reception);
    if (first) continue;
    // Both counted it as delivered; between them it was delivered once.
    const std::uint64_t both = group->second.absorb(reception);
    book.delivered -= both;
    book.duplicated += both;
  }
  for (const auto& [filter, group] : groups) {
    charge(streams, group, fleets[group.fleet].message_stats());
  }
}

}  // namespace handfast::loadgen
