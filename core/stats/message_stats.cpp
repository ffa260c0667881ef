#include "core/stats/message_stats.hpp"

#include <algorithm>

namespace handfast::stats {

void MessageStats::merge(const MessageStats& other) {
  planned += other.planned;
  sent += other.sent;
  unsent += other.unsent;
  held_back += other.held_back;
  acked += other.acked;
  refused += other.refused;
  unacked += other.unacked;
  untracked += other.untracked;
  if (other.first_sent)
    first_sent = std::min(first_sent.value_or(*other.first_sent), *other.first_sent);
  last_sent = std::max(last_sent, other.last_sent);
  subscribed += other.subscribed;
  delivered += other.delivered;
  out_of_order += other.out_of_order;
  duplicated += other.duplicated;
  foreign += other.foreign;
  truncated += other.truncated;
  lost += other.lost;
  partly_observed += other.partly_observed;
  for (const auto& [reason, count] : other.reasons) reasons[reason] += count;
}

}  // namespace handfast::stats
