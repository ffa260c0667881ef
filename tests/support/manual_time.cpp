#include "tests/support/manual_time.hpp"

#include <sys/time.h>

#include <algorithm>

namespace handfast::test {

namespace {

constexpr std::int64_t begin_s = 1'700'000'000;  // any point at which gettimeofday() looks real
TimePoint current = TimePoint(std::chrono::seconds(begin_s));

}  // namespace

TimePoint ManualTime::now() { return current; }
void ManualTime::advance(Nanos by) { current += by; }
void ManualTime::advance_to(TimePoint when) { current = std::max(current, when); }

}  // namespace handfast::test

/// libssl finds this one before libc's, as the program comes first.
extern "C" int gettimeofday(timeval* time, void* /*zone*/) noexcept {
  const auto since = handfast::test::ManualTime::now().time_since_epoch();
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(since);
  time->tv_sec = whole.count();
  time->tv_usec = std::chrono::duration_cast<std::chrono::microseconds>(since - whole).count();
  return 0;
}
