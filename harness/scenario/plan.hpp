// What a run will need, before it runs: --dry-run prints it, and what does not fit is a finding
// with its fix.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/scenario/limits.hpp"
#include "harness/scenario/model.hpp"

namespace handfast::scenario {

struct Finding {
  std::string what;  ///< "listener tls-two-way needs 31000 local ports, but ..."
  std::string fix;   ///< "sysctl -w net.ipv4.ip_local_port_range=..."
};

/// What one fleet will ask of the machine.
struct FleetNeeds {
  std::string fleet;
  std::uint64_t connections = 0;  ///< started over the whole schedule; 0 for a closed loop
  std::uint64_t sockets = 0;      ///< open at once, at most
  std::uint64_t ports = 0;        ///< local ports in use or TIME_WAIT at once, at most
};

struct Plan {
  std::vector<FleetNeeds> fleets;
  std::uint64_t descriptors = 0;  ///< of our process, at once, at most
  std::vector<Finding> findings;
  std::string text;  ///< all of it for people, with a final newline
};

/// Plans `scenario` under `limits`. Pure: the same inputs give the same text.
Plan plan(const Scenario& scenario, const Limits& limits);

}  // namespace handfast::scenario
