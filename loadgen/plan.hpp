// The fleets of a run, checked and made ready: what all workers share and nobody changes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/message_board.hpp"
#include "loadgen/message_plan.hpp"
#include "loadgen/numbering.hpp"
#include "loadgen/pacer.hpp"
#include "loadgen/run.hpp"
#include "loadgen/session.hpp"
#include "loadgen/sources.hpp"

namespace handfast::loadgen {

struct FleetPlan {
  FleetSpec spec;
  Schedule schedule;
  Protocol protocol;
  std::string server_name;
  std::vector<Address> addresses;     ///< in the resolver's order; at least one
  std::vector<Address> sources{};     ///< as FleetSpec::sources
  std::optional<Nanos> resolve_time;  ///< nullopt for address literals
  Shard shard{};                      ///< the part of the load that this process makes
  // Shared with every connection of the fleet; null unless its behaviour exchanges messages.
  std::shared_ptr<const MessagePlan> messages{};
  std::shared_ptr<MessageBoard> board{};

  /// From the first start to the end of the load, ramp-down included; publishing comes on top.
  Nanos duration() const {
    return spec.closed ? spec.closed->duration : schedule.duration() + spec.ramp_down;
  }
};

/// Starts on the schedule that fall to this process.
std::uint64_t own_starts(const FleetPlan& fleet);

struct Plan {
  std::vector<FleetPlan> fleets;
  unsigned workers = 1;
  Nanos duration{};  ///< of the longest load, or of publishing behind the loads it waits for
  Nanos drain{};
  std::shared_ptr<MessageBoard> board;  ///< that of all fleets; null when none has messages
};

/// Checks every setting and resolves every name, once for the run. Usage problem, naming the fleet,
/// for settings that no connection could use; environment problem for a name that does not resolve.
Result<Plan> make_plan(const std::vector<FleetSpec>& fleets, const RunOptions& options);

/// `pattern` with {fleet}, {i} (the client's index) and {n} (the start's number) replaced.
std::string expand_client_id(const std::string& pattern, const std::string& fleet,
                             std::uint64_t client, std::uint64_t number);

}  // namespace handfast::loadgen
