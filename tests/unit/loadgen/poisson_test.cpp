#include "loadgen/poisson.hpp"

#include <cmath>

#include "loadgen/pacer.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::loadgen;
using namespace std::chrono_literals;

TEST_CASE("Arrivals are the sums of exponential gaps", "[loadgen]") {
  const UnitPoisson arrivals(7, 1000);
  Random random(7);
  double sum = 0;
  for (std::uint64_t n = 0; n < arrivals.count(); ++n) {
    sum -= std::log1p(-random.unit());
    REQUIRE(arrivals.at(n) == sum);
  }
  CHECK(sum < 1000);
  CHECK(sum - std::log1p(-random.unit()) >= 1000);
}

TEST_CASE("An arrival is the same, in whatever order it is asked for", "[loadgen]") {
  const UnitPoisson arrivals(3, 500);
  const double late = arrivals.at(400);
  const double early = arrivals.at(5);
  CHECK(arrivals.at(400) == late);
  CHECK(UnitPoisson(3, 5000).at(5) == early);
  CHECK(UnitPoisson(4, 500).at(5) != early);
}

TEST_CASE("Gaps have the mean, the spread and the tail of an exponential", "[loadgen]") {
  const double until = 100'000;
  const UnitPoisson arrivals(1, until);
  // Five standard deviations of a Poisson count.
  CHECK(std::abs(static_cast<double>(arrivals.count()) - until) < 5 * std::sqrt(until));
  double last = 0;
  double squares = 0;
  std::uint64_t long_gaps = 0;
  for (std::uint64_t n = 0; n < arrivals.count(); ++n) {
    const double gap = arrivals.at(n) - last;
    last = arrivals.at(n);
    squares += gap * gap;
    if (gap > 2) ++long_gaps;
  }
  const auto count = static_cast<double>(arrivals.count());
  CHECK(squares / count == Approx(2).margin(0.05));  // E[g^2] = 2
  CHECK(static_cast<double>(long_gaps) / count == Approx(std::exp(-2)).margin(0.005));
}

TEST_CASE("A Poisson schedule has the mean rate of its stages, and the same for every worker",
          "[loadgen]") {
  const std::vector<Stage> stages{{0, 1000, 10s}, {1000, 1000, 5s}};
  const Schedule schedule(stages, Poisson{.seed = 9});
  CHECK(schedule.duration() == 15s);
  CHECK(std::abs(static_cast<double>(schedule.total()) - 10'000) < 5 * 100);
  // A quarter of the ramp's starts lies in its first half.
  CHECK(std::abs(static_cast<double>(schedule.due(5s)) - 1250) < 5 * std::sqrt(1250));
  std::vector<int> seen(schedule.total(), 0);
  for (unsigned worker = 0; worker < 3; ++worker) {
    Pacer pacer(schedule, Numbering(1, {}, worker, 3));
    Nanos last = 0ns;
    while (pacer.next()) {
      REQUIRE(*pacer.next() >= last);
      last = *pacer.next();
      ++seen[pacer.take()];
    }
    CHECK(last < 15s);
  }
  CHECK(std::count(seen.begin(), seen.end(), 1) == static_cast<std::ptrdiff_t>(seen.size()));
}
