#include "harness/scenario/lifecycle_metrics.hpp"

#include <utility>

namespace handfast::scenario {

std::optional<std::uint64_t> lifecycle_count(const stats::Lifecycle& lifecycle,
                                             std::string_view name) {
  const auto& reconnects = lifecycle.reconnects;
  const auto& takeovers = lifecycle.takeovers;
  const auto& half_opens = lifecycle.half_opens;
  const auto& bad_chains = lifecycle.bad_chains;
  const std::pair<std::string_view, std::uint64_t> counts[] = {
      {"connections_lost", reconnects.lost},
      {"reconnect_attempts", reconnects.attempts},
      {"reconnected", reconnects.back},
      {"given_up", reconnects.given_up},
      {"away", reconnects.away},
      {"taken_over", takeovers.taken_over},
      {"taken_over_unannounced", takeovers.unannounced},
      {"not_taken_over", takeovers.stayed},
      {"half_open_closed", half_opens.closed},
      {"half_open_held", half_opens.held},
      {"bad_chains_as_expected", bad_chains.as_expected},
      {"bad_chains_wrongly_accepted", bad_chains.wrongly_accepted},
      {"bad_chains_refused_otherwise", bad_chains.refused_otherwise},
  };
  for (const auto& [known, count] : counts) {
    if (known == name) return count;
  }
  return std::nullopt;
}

}  // namespace handfast::scenario
