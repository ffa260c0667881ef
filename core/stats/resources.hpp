// What a process uses, read from /proc: for the broker under test and for ourselves.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/problem.hpp"

namespace handfast::stats {

struct ProcessSample {
  double cpu_seconds = 0;  ///< user and system time of the process and its threads since it started
  std::uint64_t rss_bytes = 0;
  std::uint64_t open_files = 0;  ///< 0 when /proc/PID/fd may not be read
  std::uint64_t threads = 0;
};

/// Samples process `pid`. Environment problem when it does not exist (any more); one that has ended
/// and was not reaped yet counts as gone.
Result<ProcessSample> sample_process(pid_t pid);

/// When process `pid` started, in clock ticks since boot. Together with the pid it names one
/// process for good: pids are used again, pairs are not. Problems as sample_process.
Result<std::uint64_t> process_start(pid_t pid);

/// The fields of /proc/PID/stat that we use (proc(5)).
struct ProcessStat {
  char state = '?';  ///< R, S, D, Z, ...
  std::uint64_t user_ticks = 0;
  std::uint64_t system_ticks = 0;
  std::uint64_t threads = 0;
  std::uint64_t start_ticks = 0;  ///< since boot
};

/// Parses the line of /proc/PID/stat; nullopt when it is none. The program's name may hold spaces
/// and parentheses, as proc(5) leaves it unescaped.
std::optional<ProcessStat> parse_process_stat(std::string_view line);

/// VmRSS of a /proc/PID/status text in bytes; 0 when it has none (kernel threads, ended processes).
std::uint64_t parse_rss(std::string_view status);

}  // namespace handfast::stats
