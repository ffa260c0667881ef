// Time that a test moves by hand, for libssl as well: its DTLS timers read gettimeofday(), and a
// program that links manual_time.cpp answers that call itself.
#pragma once

#include "core/base/clock.hpp"

namespace handfast::test {

class ManualTime {
 public:
  /// Starts at an arbitrary point; every test may begin where the last one ended.
  static TimePoint now();
  static void advance(Nanos by);
  /// Moves forward to `when`; never back.
  static void advance_to(TimePoint when);
};

}  // namespace handfast::test
