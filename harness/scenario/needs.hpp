// What a scenario will ask of the machine that makes its load: connections, local ports,
// descriptors, memory.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "harness/scenario/limits.hpp"
#include "harness/scenario/model.hpp"
#include "loadgen/numbering.hpp"

namespace handfast::scenario {

/// Descriptors that a process needs besides its connections: event loops, log, results, libraries.
inline constexpr std::uint64_t own_descriptors = 64;
/// Our own memory without a connection: program, PKI, histograms, certificates of the workers.
inline constexpr std::uint64_t own_bytes = std::uint64_t{48} << 20;

/// What one fleet will ask of the machine.
struct FleetNeeds {
  std::string fleet;
  std::uint64_t connections = 0;  ///< started over the whole schedule; 0 for a closed loop
  std::uint64_t sockets = 0;      ///< open at once, at most
  std::uint64_t ports = 0;        ///< local ports in use or TIME_WAIT at once, at most
};

struct LoadNeeds {
  std::vector<FleetNeeds> fleets;
  std::uint64_t descriptors = 0;   ///< of our process, at once, at most
  std::uint64_t memory_bytes = 0;  ///< of our process and of the kernel for its sockets, about
  /// Ports by destination (a listener's name or the target's URL) and source address (empty: the
  /// kernel's choice): a port can serve two destinations at once, and each address has all ports.
  std::map<std::pair<std::string, std::string>, std::uint64_t> ports;
};

/// What the part `shard` of `scenario` needs. Pure.
LoadNeeds needs_of(const Scenario& scenario, const Limits& limits, const loadgen::Shard& shard);

/// How long the port of a connection that we close stays taken.
Nanos port_rest(const Scenario& scenario, const Limits& limits);

}  // namespace handfast::scenario
