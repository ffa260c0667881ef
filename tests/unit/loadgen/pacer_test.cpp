#include "loadgen/pacer.hpp"

#include <cmath>

#include "core/base/random.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::loadgen;
using namespace std::chrono_literals;

namespace {

std::vector<Nanos> all_times(const Schedule& schedule) {
  std::vector<Nanos> times;
  for (std::uint64_t n = 0; n < schedule.total(); ++n) times.push_back(schedule.at(n));
  return times;
}

/// The integral of the rate by its own formula, to check the inverse against.
double starts_until(const std::vector<Stage>& stages, double t) {
  double sum = 0;
  for (const Stage& stage : stages) {
    const double length = seconds(stage.duration);
    const double part = std::clamp(t, 0.0, length);
    sum += stage.from * part + (stage.to - stage.from) / length / 2 * part * part;
    t -= length;
    if (t <= 0) break;
  }
  return sum;
}

}  // namespace

TEST_CASE("A constant rate starts at exact multiples of its interval", "[loadgen]") {
  const Schedule schedule({{100, 100, 5s}});
  CHECK(schedule.total() == 500);
  CHECK(schedule.duration() == 5s);
  for (std::uint64_t n = 0; n < 500; ++n) {
    REQUIRE(schedule.at(n) == std::chrono::milliseconds(10 * n));
  }
}

TEST_CASE("A ramp from zero starts where its integral is whole", "[loadgen]") {
  // R(t) = 5 t^2, so start n is meant for sqrt(n / 5).
  const Schedule schedule({{0, 10, 1s}});
  const auto times = all_times(schedule);
  REQUIRE(times.size() == 5);
  for (std::size_t n = 0; n < times.size(); ++n) {
    CHECK(std::abs(seconds(times[n]) - std::sqrt(static_cast<double>(n) / 5)) < 2e-9);
  }
}

TEST_CASE("A ramp down keeps its accuracy to the last start", "[loadgen]") {
  // R(t) = 10 t - 5 t^2: start n is meant for 1 - sqrt(1 - n / 5), by the other root of the
  // parabola.
  const Schedule schedule({{10, 0, 1s}});
  const auto times = all_times(schedule);
  REQUIRE(times.size() == 5);
  for (std::size_t n = 0; n < times.size(); ++n) {
    CHECK(std::abs(seconds(times[n]) - (1 - std::sqrt(1 - static_cast<double>(n) / 5))) < 2e-9);
  }
}

TEST_CASE("Every start is where the integral of the rate reaches its number", "[loadgen]") {
  Random random(4);
  for (int round = 0; round < 200; ++round) {
    std::vector<Stage> stages;
    for (std::uint64_t i = 0; i <= random.below(5); ++i) {
      stages.push_back({std::floor(random.unit() * 2000), std::floor(random.unit() * 2000),
                        Nanos(1 + random.below(3'000'000'000))});
    }
    const Schedule schedule(stages);
    const double whole = starts_until(stages, 1e9);
    REQUIRE(std::abs(static_cast<double>(schedule.total()) - whole) <= 1.0 + 1e-6);
    Nanos last = 0ns;
    for (std::uint64_t n = 0; n < schedule.total(); n += 1 + random.below(7)) {
      const Nanos at = schedule.at(n);
      REQUIRE(at >= last);
      REQUIRE(at <= schedule.duration());
      last = at;
      const double reached = starts_until(stages, seconds(at));
      // One nanosecond at 2000/s is 2e-6 starts.
      REQUIRE(std::abs(reached - static_cast<double>(n)) < 1e-5);
    }
  }
}

TEST_CASE("A stage at rate zero is a pause", "[loadgen]") {
  const Schedule schedule({{10, 10, 1s}, {0, 0, 10s}, {10, 10, 1s}});
  CHECK(schedule.total() == 20);
  CHECK(schedule.at(9) == 900ms);
  CHECK(schedule.at(10) == 11s);
  CHECK(schedule.at(19) == 11s + 900ms);
  CHECK(schedule.duration() == 12s);
}

TEST_CASE("Sums of rates that are no binary fractions neither lose nor invent a start",
          "[loadgen]") {
  std::vector<Stage> stages(30, {0.1, 0.1, 1s});
  CHECK(Schedule(stages).total() == 3);
  CHECK(Schedule({{1.0 / 3, 1.0 / 3, 3s}}).total() == 1);
  CHECK(Schedule({{0.7, 0.7, 10s}}).total() == 7);
  CHECK(Schedule({{0, 0, 10s}}).total() == 0);
}

TEST_CASE("due() counts exactly the starts whose time has come", "[loadgen]") {
  const Schedule schedule({{0, 500, 2s}, {500, 20, 1s}});
  const auto times = all_times(schedule);
  CHECK(schedule.due(Nanos(-1)) == 0);
  CHECK(schedule.due(0ns) == 1);
  CHECK(schedule.due(1h) == schedule.total());
  for (std::size_t n = 0; n < times.size(); ++n) {
    REQUIRE(schedule.due(times[n]) >= n + 1);
    REQUIRE(schedule.due(times[n] - 1ns) <= n);
  }
}

TEST_CASE("Workers share a schedule without gap or overlap", "[loadgen]") {
  const Schedule schedule({{0, 300, 1s}, {40, 40, 2s}});
  for (const unsigned workers : {1U, 2U, 3U, 7U, 500U}) {
    INFO(workers << " workers");
    std::vector<int> seen(schedule.total(), 0);
    std::uint64_t total = 0;
    std::uint64_t due_at_half = 0;
    for (unsigned worker = 0; worker < workers; ++worker) {
      Pacer pacer(schedule, Numbering(1, {}, worker, workers));
      total += pacer.total();
      due_at_half += pacer.due(500ms);
      while (pacer.next()) {
        const Nanos at = *pacer.next();
        const std::uint64_t number = pacer.take();
        REQUIRE(number % workers == worker);
        REQUIRE(at == schedule.at(number));
        ++seen[number];
      }
      CHECK(pacer.taken() == pacer.total());
    }
    CHECK(total == schedule.total());
    CHECK(due_at_half == schedule.due(500ms));
    CHECK(std::count(seen.begin(), seen.end(), 1) == static_cast<std::ptrdiff_t>(seen.size()));
  }
}
