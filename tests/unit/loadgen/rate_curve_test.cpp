#include "loadgen/rate_curve.hpp"

#include <cmath>
#include <numbers>

#include "core/base/random.hpp"
#include "loadgen/pacer.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::loadgen;
using namespace std::chrono_literals;

namespace {

Stage waving(double from, double to, Nanos duration, double amplitude, Nanos period) {
  return {from, to, duration, Wave{amplitude, period}};
}

}  // namespace

TEST_CASE("R is the area under the rate, stage after stage", "[loadgen]") {
  const RateCurve curve({{100, 100, 5s}, {100, 1000, 20s}});
  CHECK(curve.total() == Approx(11500));
  CHECK(curve.duration() == 25s);
  CHECK(curve.starts_until(-1s) == 0);
  CHECK(curve.starts_until(0s) == 0);
  CHECK(curve.starts_until(2500ms) == Approx(250));
  CHECK(curve.starts_until(15s) == Approx(500 + 3250));
  CHECK(curve.starts_until(1h) == Approx(11500));
  CHECK(RateCurve({}).total() == 0);
}

TEST_CASE("A sine begins at its mean and adds nothing over a whole period", "[loadgen]") {
  // R(t) = 10 t + 10 * 4 / (2 pi) * (1 - cos(2 pi t / 4))
  const RateCurve curve({waving(10, 10, 8s, 10, 4s)});
  const double wave = 20 / std::numbers::pi;
  CHECK(curve.starts_until(1s) == Approx(10 + wave));
  CHECK(curve.starts_until(2s) == Approx(20 + 2 * wave));
  CHECK(curve.starts_until(3s) == Approx(30 + wave));
  CHECK(curve.starts_until(4s) == Approx(40));
  CHECK(curve.total() == Approx(80));
  CHECK(std::abs(seconds(curve.when(10 + wave) - 1s)) < 1e-8);
  CHECK(std::abs(seconds(curve.when(20 + 2 * wave) - 2s)) < 1e-8);
}

TEST_CASE("when() is the inverse of R, for ramps and waves alike", "[loadgen]") {
  Random random(11);
  for (int round = 0; round < 100; ++round) {
    std::vector<Stage> stages;
    for (std::uint64_t i = 0; i <= random.below(4); ++i) {
      const double from = 1 + std::floor(random.unit() * 900);
      const double to = 1 + std::floor(random.unit() * 900);
      const Nanos length(1'000'000 + random.below(3'000'000'000));
      const Nanos period(1'000'000 + random.below(2'000'000'000));
      if (random.below(2) == 0) {
        stages.push_back({from, to, length});
      } else {
        stages.push_back(waving(from, to, length, std::min(from, to) * random.unit(), period));
      }
    }
    const RateCurve curve(stages);
    Nanos last = 0ns;
    for (int k = 0; k < 50; ++k) {
      const double count = curve.total() * k / 50;
      const Nanos at = curve.when(count);
      REQUIRE(at >= last);
      last = at;
      // One nanosecond at 2000/s is 2e-6 starts.
      REQUIRE(std::abs(curve.starts_until(at) - count) < 1e-5);
    }
  }
}

TEST_CASE("A schedule follows a wave start by start", "[loadgen]") {
  const std::vector<Stage> stages{waving(50, 50, 10s, 50, 5s)};
  const RateCurve curve(stages);
  const Schedule schedule(stages);
  CHECK(schedule.total() == 500);
  for (std::uint64_t n = 0; n < 500; ++n) {
    REQUIRE(std::abs(curve.starts_until(schedule.at(n)) - static_cast<double>(n)) < 1e-5);
  }
  // The crest of the first quarter against the trough of the third.
  CHECK(schedule.due(1250ms) == 103);
  CHECK(schedule.due(2500ms) - schedule.due(1250ms) == 102);
  CHECK(schedule.due(5s) - schedule.due(3750ms) == 23);
}
