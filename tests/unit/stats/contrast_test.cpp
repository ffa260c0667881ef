// The numbers of the first two tests were derived by a program of its own in another language:
// plain loops over the definition in contrast.hpp and a second SplitMix64.
#include "core/stats/contrast.hpp"

#include <cmath>
#include <vector>

#include "core/base/random.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using stats::Contrast;

namespace {

/// Standard normal (Box and Muller 1958).
double normal(Random& random) {
  const double radius = std::sqrt(-2 * std::log(1 - random.unit()));
  return radius * std::cos(2 * 3.14159265358979323846 * random.unit());
}

std::vector<double> sample(Random& random, std::size_t count, double mean, double spread) {
  std::vector<double> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(mean + spread * normal(random));
  return out;
}

}  // namespace

TEST_CASE("a contrast of five runs a side has the derived interval and p-value", "[stats]") {
  const Contrast contrast(std::vector{10.0, 11.0, 9.0, 10.5, 9.4},
                          std::vector{11.2, 12.1, 10.6, 11.9, 10.1}, {20'000, 1});
  CHECK(contrast.difference() == Approx(1.2));
  CHECK(contrast.standard_error() == Approx(0.5232590180780452));
  CHECK(contrast.interval(0.95).low == Approx(-0.06577379940425399));
  CHECK(contrast.interval(0.95).high == Approx(2.4657737994042526));
  CHECK(contrast.interval(0.9975).low == Approx(-1.7139776633984023));
  CHECK(contrast.interval(0.9975).high == Approx(4.113977663398401));
  CHECK(contrast.p_value(0) == Approx(0.057897105144742764));
  CHECK(contrast.p_value(0.5) == Approx(0.21353932303384832));
  CHECK(contrast.p_value(1.3) == Approx(1));
}

TEST_CASE("sides of a contrast may have different numbers of runs", "[stats]") {
  const Contrast contrast(std::vector{3.1, 2.9, 3.0}, std::vector{4.0, 4.4, 3.7, 4.2}, {5'000, 42});
  CHECK(contrast.difference() == Approx(1.075));
  CHECK(contrast.interval(0.95).low == Approx(0.6656209379446025));
  CHECK(contrast.interval(0.95).high == Approx(1.4843790620553978));
  CHECK(contrast.p_value(0) == Approx(0.0009998000399920016));
}

TEST_CASE("sides without scatter differ for certain, or not at all", "[stats]") {
  const Contrast same(std::vector{7.0, 7.0, 7.0}, std::vector{7.0, 7.0, 7.0}, {});
  CHECK(same.p_value(0) == Approx(1));
  CHECK(same.interval(0.95).high == Approx(0));
  const Contrast other(std::vector{7.0, 7.0, 7.0}, std::vector{9.0, 9.0, 9.0}, {});
  CHECK(other.p_value(0) == Approx(0));
  CHECK(other.p_value(2) == Approx(1));
  CHECK(other.interval(0.95).low == Approx(2));
}

TEST_CASE("the same side twice is falsely told apart about as often as asked for", "[stats]") {
  Random random(20261128);
  int false_alarms = 0;
  constexpr int trials = 400;
  for (int i = 0; i < trials; ++i) {
    const auto base = sample(random, 5, 3, 0.4);
    const auto fresh = sample(random, 5, 3, 0.4);
    if (Contrast(base, fresh, {1'000, 9}).p_value(0) <= 0.05) ++false_alarms;
  }
  // 20 are expected, and 95 of 100 such tests lie between 12 and 29.
  CHECK(false_alarms >= 10);
  CHECK(false_alarms <= 32);
}

TEST_CASE("a difference of several standard deviations is found in five runs a side", "[stats]") {
  Random random(7);
  int found = 0;
  for (int i = 0; i < 50; ++i) {
    const auto base = sample(random, 5, 3, 0.1);
    const auto fresh = sample(random, 5, 4, 0.2);
    if (Contrast(base, fresh, {4'000, 9}).p_value(0.05) < 0.0036) ++found;
  }
  CHECK(found == 50);
}

TEST_CASE("Holm's correction steps down and never falls", "[stats]") {
  // As R's p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05), "holm").
  const auto adjusted = stats::holm(std::vector{0.01, 0.02, 0.03, 0.04, 0.05});
  const std::vector expected{0.05, 0.08, 0.09, 0.09, 0.09};
  REQUIRE(adjusted.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(adjusted[i] == Approx(expected[i]));
  CHECK(stats::holm({}).empty());
}

TEST_CASE("Holm's correction answers in the order of the question", "[stats]") {
  const auto adjusted = stats::holm(std::vector{0.9, 0.004, 0.03});
  CHECK(adjusted[0] == Approx(0.9));
  CHECK(adjusted[1] == Approx(0.012));
  CHECK(adjusted[2] == Approx(0.06));
  const auto shares = stats::holm_shares(std::vector{0.9, 0.004, 0.03});
  CHECK(shares[0] == Approx(1));
  CHECK(shares[1] == Approx(1.0 / 3));
  CHECK(shares[2] == Approx(0.5));
}
