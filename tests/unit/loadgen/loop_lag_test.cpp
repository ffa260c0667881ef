#include "loadgen/loop_lag.hpp"

#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::loadgen;
using namespace std::chrono_literals;

TEST_CASE("A loop that is on time has no lag", "[loadgen]") {
  const TimePoint begin{1h};
  LoopLag lag(begin, 1ms);
  for (Nanos now = 0ns; now < 1s; now += 1ms) lag.fired(begin + now);
  CHECK(lag.histogram().count() == 1000);
  CHECK(lag.histogram().max() == 0ns);
}

TEST_CASE("Firings between two points of the grid change nothing", "[loadgen]") {
  const TimePoint begin{1h};
  LoopLag lag(begin, 1ms);
  lag.fired(begin - 5ms);
  CHECK(lag.histogram().empty());
  for (Nanos now = 0ns; now < 1s; now += 100us) lag.fired(begin + now);
  CHECK(lag.histogram().count() == 1000);
  CHECK(lag.histogram().max() == 0ns);
}

TEST_CASE("A stall shows with the weight of the time it took", "[loadgen]") {
  const TimePoint begin{1h};
  LoopLag lag(begin, 1ms);
  for (Nanos now = 0ns; now < 900ms; now += 1ms) lag.fired(begin + now);
  lag.fired(begin + 999ms);  // stood still for 100 ms of the second
  CHECK(lag.histogram().count() == 1000);
  CHECK(lag.histogram().max() == 99ms);
  // A tenth of the time somebody asking would have waited, half of it more than 50 ms.
  CHECK(lag.histogram().quantile(0.9) < 1ms);
  CHECK(lag.histogram().quantile(0.951) > 49ms);
  CHECK(lag.histogram().quantile(0.99) > 88ms);
}
