// What a process uses, read from /proc: for the broker under test and for ourselves.
#pragma once

#include <sys/types.h>

#include <cstdint>

#include "core/base/problem.hpp"

namespace handfast::stats {

struct ProcessSample {
  double cpu_seconds = 0;  ///< user and system time of the process and its threads since it started
  std::uint64_t rss_bytes = 0;
  std::uint64_t open_files = 0;  ///< 0 when /proc/PID/fd may not be read
  std::uint64_t threads = 0;
};

/// Samples process `pid`. Environment problem when it does not exist (any more).
Result<ProcessSample> sample_process(pid_t pid);

}  // namespace handfast::stats
