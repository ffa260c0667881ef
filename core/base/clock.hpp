// Time: one monotonic clock for all measurements, wall time only for labels in reports.
#pragma once

#include <chrono>
#include <string>

namespace handfast {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
using Nanos = std::chrono::nanoseconds;
using WallTime = std::chrono::system_clock::time_point;

/// Seconds as a double, for reports; never for arithmetic on deadlines.
template <class Rep, class Period>
double seconds(std::chrono::duration<Rep, Period> value) {
  return std::chrono::duration<double>(value).count();
}

/// "2026-11-24T15:04:05Z" (RFC 3339, UTC, whole seconds).
std::string rfc3339(WallTime time);

}  // namespace handfast
