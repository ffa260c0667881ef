#include "harness/scenario/machine.hpp"

#include <sys/sysinfo.h>
#include <sys/timex.h>
#include <sys/utsname.h>

#include <fstream>
#include <string>
#include <thread>

#include "core/base/text.hpp"

namespace handfast::scenario {

namespace {

std::string processor_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const auto colon = line.find(':');
    if (line.starts_with("model name") && colon != std::string::npos)
      return std::string(trim(line.substr(colon + 1)));
  }
  return {};
}

}  // namespace

reports::Machine describe_machine() {
  reports::Machine machine;
  utsname names{};
  if (uname(&names) == 0) {
    machine.host = names.nodename;
    machine.kernel = std::string(names.sysname) + " " + names.release;
  }
  machine.cpu = processor_name();
  machine.cores = static_cast<int>(std::thread::hardware_concurrency());
  struct sysinfo memory{};
  if (sysinfo(&memory) == 0)
    machine.memory_bytes = std::uint64_t{memory.totalram} * memory.mem_unit;
  return machine;
}

reports::ShardClock read_clock() {
  reports::ShardClock clock;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> clock.boot_id;
  timex state{};  // modes 0: nothing is changed, so everybody may ask
  const int answer = adjtimex(&state);
  if (answer != -1 && answer != TIME_ERROR && (state.status & STA_UNSYNC) == 0)
    clock.most_offset_s = static_cast<double>(state.maxerror) * 1e-6;
  return clock;
}

}  // namespace handfast::scenario
