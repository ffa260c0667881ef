// What this machine allows, as far as a load generator meets it.
#pragma once

#include <cstdint>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"

namespace handfast::scenario {

struct Limits {
  std::uint64_t descriptors_soft = 1024;  ///< RLIMIT_NOFILE
  std::uint64_t descriptors_hard = 1024;
  std::uint16_t port_first = 32768;  ///< net.ipv4.ip_local_port_range
  std::uint16_t port_last = 60999;
  /// net.ipv4.tcp_tw_reuse: 0 never, 1 always, 2 to loopback. Where it applies, a port in TIME_WAIT
  /// is free for a new connection after one second.
  int time_wait_reuse = 2;
  Nanos time_wait = std::chrono::seconds(60);  ///< Linux's fixed TCP_TIMEWAIT_LEN

  /// What the machine and, in a container, its control group leave; 0: not known.
  std::uint64_t memory_available = 0;

  std::uint64_t ports() const {
    return port_last < port_first ? 0 : std::uint64_t{port_last} - port_first + 1;
  }
};

/// Reads the limits of this process and machine. Environment problem when /proc cannot be read.
Result<Limits> read_limits();

/// Raises the soft limit of open files to `wanted`, as far as the hard one allows; programs that we
/// start inherit it. Nothing happens when it is there already.
void raise_descriptors(std::uint64_t wanted);

}  // namespace handfast::scenario
