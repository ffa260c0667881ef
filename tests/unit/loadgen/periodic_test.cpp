#include "loadgen/periodic.hpp"

#include <map>
#include <set>

#include "loadgen/pacer.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::loadgen;
using namespace std::chrono_literals;

TEST_CASE("Even phases divide the period by the clients", "[loadgen]") {
  const PeriodicTimes times({.every = 10s, .spread = Spread::even, .duration = 25s}, 4);
  // Two whole turns, and of the third those before 5 s: phases 0 and 2.5 s.
  REQUIRE(times.total() == 10);
  const std::vector<Nanos> expected{0ms,     2500ms, 5s,      7500ms, 10s,
                                    12500ms, 15s,    17500ms, 20s,    22500ms};
  for (std::uint64_t n = 0; n < 10; ++n) {
    CHECK(times.at(n) == expected[n]);
    CHECK(times.client(n) == n % 4);
  }
}

TEST_CASE("Even phases are exact where the product would overflow", "[loadgen]") {
  const PeriodicTimes times({.every = 24h, .spread = Spread::even, .duration = 24h}, 1'000'000);
  CHECK(times.total() == 1'000'000);
  CHECK(times.at(500'000) == 12h);
  CHECK(times.at(999'999) == 24h - 86'400us);
}

TEST_CASE("Random phases: each client once a turn, at the same place in every turn", "[loadgen]") {
  const Periodic load{.every = 10s, .spread = Spread::random, .duration = 30s, .seed = 5};
  const PeriodicTimes times(load, 50);
  REQUIRE(times.total() == 150);
  std::map<std::uint64_t, std::set<Nanos>> phases;
  Nanos last = 0ns;
  for (std::uint64_t n = 0; n < 150; ++n) {
    REQUIRE(times.at(n) >= last);
    last = times.at(n);
    CHECK(times.at(n) / 10s == static_cast<std::int64_t>(n / 50));
    phases[times.client(n)].insert(times.at(n) % 10s);
  }
  CHECK(phases.size() == 50);
  std::set<Nanos> distinct;
  for (const auto& [client, seen] : phases) {
    CHECK(seen.size() == 1);
    distinct.insert(*seen.begin());
  }
  CHECK(distinct.size() == 50);
  Periodic other = load;
  other.seed = 6;
  CHECK(PeriodicTimes(other, 50).at(7) != times.at(7));
}

TEST_CASE("A periodic schedule counts what is due, and says whose turn it is", "[loadgen]") {
  const Schedule schedule(Periodic{.every = 1s, .spread = Spread::even, .duration = 2s}, 10);
  CHECK(schedule.total() == 20);
  CHECK(schedule.duration() == 2s);
  CHECK(schedule.due(0s) == 1);
  CHECK(schedule.due(1s) == 11);
  CHECK(schedule.due(1050ms) == 11);
  CHECK(schedule.client(13, 10) == 3);
}
