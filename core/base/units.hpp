// Quantities with units, as users write them: "250ms", "500/s", "4KiB", "1%". A number without its
// unit is refused.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"

namespace handfast {

/// Parses a duration: a non-negative decimal number and one of ns us ms s m h d w y ("1.5s",
/// "365d"; y is 365 days). Usage problem without a unit, with an unknown one, or above 100 years.
Result<Nanos> parse_duration(std::string_view text);

/// Parses a rate: "500/s", "30/m", "1.5/h"; the answer is events per second. Usage problem when the
/// unit is missing.
Result<double> parse_rate(std::string_view text);

/// Parses a size: "512B", "4KiB", "1MB"; the answer is bytes. Usage problem when the unit is
/// missing.
Result<std::uint64_t> parse_size(std::string_view text);

/// Parses a share: "1.5%" is 0.015. Usage problem without the sign or outside 0 to 100.
Result<double> parse_share(std::string_view text);

/// A duration for humans, three significant digits: "1.25 ms", "870 ns", "12.3 s".
std::string format_duration(Nanos value);

/// A duration in the notation that parse_duration reads, exact: "1500ms", "2s".
std::string exact_duration(Nanos value);

/// Bytes for humans in binary units: "13.7 KiB".
std::string format_size(std::uint64_t bytes);

}  // namespace handfast
