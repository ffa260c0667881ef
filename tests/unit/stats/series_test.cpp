#include "core/stats/series.hpp"

#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::stats;
using namespace std::chrono_literals;

namespace {

Tick second(double at_s, std::uint64_t started, std::uint64_t in_flight) {
  Tick tick;
  tick.at_s = at_s;
  tick.all.started = started;
  tick.all.in_flight = in_flight;
  tick.fleets = {{.name = "f", .started = started, .in_flight = in_flight}};
  return tick;
}

std::uint64_t started_in(const std::vector<Tick>& ticks) {
  std::uint64_t sum = 0;
  for (const Tick& tick : ticks) sum += tick.all.started;
  return sum;
}

}  // namespace

TEST_CASE("Percentiles of a histogram have four digits and never exceed the maximum", "[stats]") {
  Histogram histogram;
  CHECK(percentiles_of(histogram) == Percentiles{});
  histogram.record(Nanos(1'234'567));
  const Percentiles one = percentiles_of(histogram);
  CHECK(one.count == 1);
  CHECK(one.max == 1'235us);
  CHECK(one.p50 == 1'235us);
  for (int i = 0; i < 999; ++i) histogram.record(10us);
  const Percentiles many = percentiles_of(histogram);
  CHECK(many.count == 1'000);
  CHECK(many.p99_9 <= 10'010ns);
  CHECK(many.max == 1'235us);
}

TEST_CASE("Of two intervals the slower percentile stands, and counts add up", "[stats]") {
  const Percentiles a{.count = 2, .p50 = 5ms, .p99 = 6ms, .max = 7ms};
  const Percentiles b{.count = 3, .p50 = 4ms, .p99 = 8ms, .max = 9ms};
  CHECK(slower(a, b) == Percentiles{.count = 5, .p50 = 5ms, .p99 = 8ms, .max = 9ms});
  CHECK(slower(a, {}) == a);
}

TEST_CASE("A rest too short for rates goes into the tick before", "[stats]") {
  std::vector<Tick> ticks;
  append(ticks, second(1, 10, 4));
  append(ticks, second(2, 10, 5));
  Tick rest = second(2.2, 1, 0);
  rest.broker_cpu = 1.2;
  rest.all.failures[{"tls", "closed"}] = 1;
  append(ticks, rest);
  REQUIRE(ticks.size() == 2);
  CHECK(ticks[1].at_s == 2.2);
  CHECK(ticks[1].all.started == 11);
  CHECK(ticks[1].fleets[0].started == 11);
  CHECK(ticks[1].all.in_flight == 0);
  CHECK(ticks[1].broker_cpu == 0.2);  // 0.2 of 1.2 seconds
  CHECK(ticks[1].all.failures.at({"tls", "closed"}) == 1);
}

TEST_CASE("A long run has longer ticks, and loses no count", "[stats]") {
  std::vector<Tick> ticks;
  for (int i = 1; i <= 5'000; ++i) {
    append(ticks, second(i * 1.0001, 1, static_cast<std::uint64_t>(i)));
    REQUIRE(ticks.size() <= most_ticks);
    REQUIRE(ticks.back().all.in_flight == static_cast<std::uint64_t>(i));
  }
  CHECK(started_in(ticks) == 5'000);
  CHECK(ticks.size() > most_ticks / 2);
  for (std::size_t i = 0; i + 1 < ticks.size(); ++i) {
    CHECK(tick_seconds(ticks, i) > 7.9);
    CHECK(tick_seconds(ticks, i) < 8.1);
    CHECK(ticks[i].all.started == 8);
  }
}

TEST_CASE("A first tick that a stall made long does not lengthen those after it", "[stats]") {
  std::vector<Tick> ticks;
  append(ticks, second(3.4, 1, 1));
  for (int i = 4; i <= 20; ++i) append(ticks, second(i, 1, 1));
  CHECK(ticks.size() == 18);
}
