// When a certificate is valid: as a manifest says it ("10y", "-1d", "2026-01-01") and as a period
// of two instants.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"

namespace handfast::pki {

/// One end of a validity: a fixed time, or an offset from the moment of issuing.
struct Moment {
  std::optional<WallTime> at;
  Nanos offset{0};

  WallTime resolve(WallTime now) const;
  bool operator==(const Moment&) const = default;
};

/// Certificates start an hour early, so that a peer whose clock is behind accepts them too.
inline constexpr Nanos default_backdate = std::chrono::hours(1);

struct Validity {
  Moment from{{}, -default_backdate};
  Moment to;

  /// From `default_backdate` ago until `duration` from now.
  static Validity lasting(Nanos duration) { return {{{}, -default_backdate}, {{}, duration}}; }
  bool operator==(const Validity&) const = default;
};

/// Both ends belong to the period (RFC 5280 section 4.1.2.5); whole seconds.
struct Period {
  WallTime not_before;
  WallTime not_after;

  bool operator==(const Period&) const = default;
};

/// `validity` seen from `now`.
Period period_of(const Validity& validity, WallTime now);

/// Parses "2026-01-31" (midnight UTC) or "2026-01-31T12:00:00Z". Usage problem for anything else,
/// years outside 1950 to 2250 included: the clock behind WallTime ends in 2262.
Result<WallTime> parse_time(std::string_view text);

/// Parses "-30d", "+1h" or what parse_time reads.
Result<Moment> parse_moment(std::string_view text);

/// "2026-11-24T15:04:05Z".
std::string time_text(WallTime time);
/// "-1h", "+10y" in seconds or the fixed time; stable, for digests.
std::string to_string(const Moment& moment);

}  // namespace handfast::pki
