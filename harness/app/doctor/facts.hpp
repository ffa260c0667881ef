// What `handfast doctor` reads from the machine, as values: read() fills it, judge() looks at
// nothing else. What could not be read stays empty.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/clock.hpp"
#include "harness/scenario/limits.hpp"

namespace handfast::app {

struct ConntrackFacts {
  std::uint64_t count = 0;  ///< net.netfilter.nf_conntrack_count
  std::uint64_t max = 0;
};

struct ClockFacts {
  bool synchronised = false;         ///< the kernel was told so by a time daemon (adjtimex)
  std::optional<Nanos> most_offset;  ///< from true time, as the daemon bounds it; when synchronised
  std::string source;                ///< what the kernel reads: "tsc", "kvm-clock", "hpet"
};

struct LibraryFacts {
  std::string openssl;                                      ///< the one that is loaded
  bool hybrid_groups = false;                               ///< X25519MLKEM768
  bool post_quantum_signatures = false;                     ///< ML-DSA-65
  std::vector<std::pair<std::string, std::string>> others;  ///< name, version
};

/// A broker that handfast can start.
struct BrokerFacts {
  std::string name;
  std::string version;     ///< empty: not found
  std::string problem;     ///< why not
  std::string installing;  ///< "apt-get install mosquitto"
};

struct EngineFacts {
  std::string name;       ///< "docker"
  std::string path;       ///< of its program
  bool reachable = true;  ///< its daemon takes connections from us; true where there is none
};

struct MachineFacts {
  scenario::Limits limits;
  int cores = 0;
  std::uint64_t memory_total = 0;
  std::optional<std::uint64_t> time_wait;      ///< sockets in TIME_WAIT now
  std::optional<std::uint64_t> max_time_wait;  ///< net.ipv4.tcp_max_tw_buckets
  std::optional<ConntrackFacts> conntrack;     ///< empty: connections are not tracked
  std::optional<std::uint64_t> backlog;        ///< net.core.somaxconn
  ClockFacts clock;
  bool random_ready = true;  ///< the kernel's generator is seeded
  LibraryFacts libraries;
  std::vector<BrokerFacts> brokers;
  std::vector<EngineFacts> engines;
};

}  // namespace handfast::app
