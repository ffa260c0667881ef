// Moments that several machines agree on, as people and schedulers write them.
#pragma once

#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"

namespace handfast {

/// Parses a moment: RFC 3339 ("2026-11-24T15:04:05Z", "2026-11-24T16:04:05.25+01:00") or seconds
/// since 1970 ("1795532645"), both with at most nine decimals. Usage problem for everything else: a
/// time without its zone means another moment on each machine. Years 1970 to 2199.
Result<WallTime> parse_wall_time(std::string_view text);

/// "2026-11-24T15:04:05.250Z" (RFC 3339, UTC, milliseconds).
std::string rfc3339_millis(WallTime time);

}  // namespace handfast
