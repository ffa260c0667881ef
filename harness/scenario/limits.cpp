#include "harness/scenario/limits.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <optional>
#include <string>

namespace handfast::scenario {

namespace {

std::uint64_t machine_memory() {
  std::ifstream info("/proc/meminfo");
  std::string key;
  std::uint64_t kib = 0;
  for (std::string unit; info >> key >> kib; std::getline(info, unit)) {
    if (key == "MemAvailable:") return kib * 1024;
  }
  return 0;
}

/// What a limited control group (version 2) has left; nullopt without a limit.
std::optional<std::uint64_t> group_memory() {
  std::uint64_t most = 0;
  std::uint64_t used = 0;
  if (!(std::ifstream("/sys/fs/cgroup/memory.max") >> most)) return std::nullopt;
  if (!(std::ifstream("/sys/fs/cgroup/memory.current") >> used)) return std::nullopt;
  return most > used ? most - used : 0;
}

std::uint64_t memory_available() {
  const auto machine = machine_memory();
  return std::min(machine, group_memory().value_or(machine));
}

}  // namespace

Result<Limits> read_limits() {
  Limits limits;
  rlimit descriptors{};
  if (getrlimit(RLIMIT_NOFILE, &descriptors) != 0) {
    return environment_problem("cannot read the limit of open files: " + errno_text(errno),
                               "RLIMIT_NOFILE");
  }
  limits.descriptors_soft = descriptors.rlim_cur;
  limits.descriptors_hard = descriptors.rlim_max;

  constexpr auto range = "/proc/sys/net/ipv4/ip_local_port_range";
  std::ifstream ports(range);
  unsigned first = 0;
  unsigned last = 0;
  if (!(ports >> first >> last) || first > 65535 || last > 65535) {
    return environment_problem("cannot read the range of local ports", range);
  }
  limits.port_first = static_cast<std::uint16_t>(first);
  limits.port_last = static_cast<std::uint16_t>(last);

  // Kernels before 4.19 know no value 2; without the file nothing is reused.
  std::ifstream reuse("/proc/sys/net/ipv4/tcp_tw_reuse");
  if (!(reuse >> limits.time_wait_reuse)) limits.time_wait_reuse = 0;
  limits.memory_available = memory_available();
  return limits;
}

void raise_descriptors(std::uint64_t wanted) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
  limit.rlim_cur = std::min<rlim_t>(wanted, limit.rlim_max);
  // A refusal shows as EMFILE where it hurts, and as a saturation reason.
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace handfast::scenario
