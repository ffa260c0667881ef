#include "harness/scenario/limits.hpp"

#include <sys/resource.h>

#include <cerrno>
#include <fstream>

namespace handfast::scenario {

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
  return limits;
}

}  // namespace handfast::scenario
