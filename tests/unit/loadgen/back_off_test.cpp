#include "loadgen/back_off.hpp"

#include <vector>

#include "loadgen/reconnect.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::loadgen;
using namespace std::chrono_literals;

namespace {

const TimePoint now{1h};

/// The smallest and largest of many delays.
std::pair<Nanos, Nanos> range(const BackOff& back_off, std::uint32_t failures) {
  Random random(7);
  Nanos least = Nanos::max();
  Nanos most{};
  for (int i = 0; i < 10'000; ++i) {
    const Nanos one = delay(back_off, failures, random);
    least = std::min(least, one);
    most = std::max(most, one);
  }
  return {least, most};
}

}  // namespace

TEST_CASE("The ceiling grows by its factor up to its maximum, and never overflows", "[loadgen]") {
  const BackOff back_off{.initial = 100ms, .max = 1s, .multiplier = 2};
  std::vector<Nanos> seen;
  for (std::uint32_t failures = 0; failures < 6; ++failures) {
    seen.push_back(ceiling(back_off, failures));
  }
  CHECK(seen == std::vector<Nanos>{100ms, 200ms, 400ms, 800ms, 1s, 1s});
  CHECK(ceiling(back_off, 4'000'000'000) == 1s);
  CHECK(ceiling({.initial = 100ms, .max = 1s, .multiplier = 1}, 4'000'000'000) == 100ms);
}

TEST_CASE("Jitter spreads the delay over its part of the ceiling", "[loadgen]") {
  BackOff back_off{.initial = 100ms, .max = 10s, .multiplier = 3};
  SECTION("none: exactly the ceiling") {
    back_off.jitter = Jitter::none;
    CHECK(range(back_off, 2) == std::pair<Nanos, Nanos>{900ms, 900ms});
  }
  SECTION("equal: the upper half") {
    back_off.jitter = Jitter::equal;
    const auto [least, most] = range(back_off, 2);
    CHECK(least >= 450ms);
    CHECK(least < 455ms);
    CHECK(most > 895ms);
    CHECK(most <= 900ms);
  }
  SECTION("full: all of it") {
    back_off.jitter = Jitter::full;
    const auto [least, most] = range(back_off, 2);
    CHECK(least < 5ms);
    CHECK(most > 895ms);
    CHECK(most <= 900ms);
  }
}

TEST_CASE("The same seed gives the same delays", "[loadgen]") {
  Random one(42);
  Random other(42);
  for (std::uint32_t n = 0; n < 20; ++n) CHECK(delay({}, n, one) == delay({}, n, other));
}

TEST_CASE("A client that lost its connection comes back as itself", "[loadgen]") {
  Random random(1);
  const Reconnect reconnect{.back_off = {.initial = 100ms, .jitter = Jitter::none}};
  const Start ended{.number = 7, .client = 3, .intended = now - 5s};
  const auto next = next_attempt(reconnect, ended, true, now, random);
  REQUIRE(next);
  CHECK(next->kind == StartKind::reconnect);
  CHECK(next->number == 7);
  CHECK(next->client == 3);
  CHECK(next->failures == 0);
  CHECK(next->intended == now + 100ms);
  CHECK(next->lost == now);
}

TEST_CASE("Attempts that come to nothing wait longer, and belong to one outage", "[loadgen]") {
  Random random(1);
  const Reconnect reconnect{.back_off = {.initial = 100ms, .jitter = Jitter::none}};
  const Start lost{.number = 7, .kind = StartKind::reconnect, .failures = 2, .lost = now - 1s};
  const auto next = next_attempt(reconnect, lost, false, now, random);
  REQUIRE(next);
  CHECK(next->failures == 3);
  CHECK(next->intended == now + 800ms);
  CHECK(next->lost == now - 1s);
  CHECK(next->waits_since == now);
  SECTION("CONNACK starts the back-off anew") {
    const auto again = next_attempt(reconnect, *next, true, now, random);
    REQUIRE(again);
    CHECK(again->failures == 0);
    CHECK(again->intended == now + 100ms);
    CHECK(again->lost == now);
  }
  SECTION("a client that never had a connection lacks one since it was to start") {
    const auto first =
        next_attempt(reconnect, {.number = 1, .intended = now - 3s}, false, now, random);
    REQUIRE(first);
    CHECK(first->lost == now - 3s);
    CHECK(first->failures == 1);
  }
}

TEST_CASE("The first wait of an outage is the initial one, however it began", "[loadgen]") {
  Random random(1);
  const Reconnect reconnect{.back_off = {.initial = 100ms, .jitter = Jitter::none}};
  const bool was_ready =
      GENERATE(false, true);  // a first attempt that failed, or a lost connection
  Start ended{.number = 1, .intended = now};
  std::vector<Nanos> waits;
  TimePoint at = now;
  for (bool ready = was_ready; waits.size() < 4; ready = false) {
    const auto next = next_attempt(reconnect, ended, ready, at, random);
    REQUIRE(next);
    waits.push_back(next->intended - at);
    at = next->intended;
    ended = *next;
  }
  CHECK(waits == std::vector<Nanos>{100ms, 200ms, 400ms, 800ms});
  const auto anew = next_attempt(reconnect, ended, true, at, random);
  REQUIRE(anew);
  CHECK(anew->intended == at + 100ms);
  CHECK(next_attempt(reconnect, *anew, false, at, random)->intended == at + 200ms);
}

TEST_CASE("A client gives up after as many attempts in a row as it may make", "[loadgen]") {
  Random random(1);
  const Reconnect reconnect{.max_attempts = 3};
  const Start ended{.kind = StartKind::reconnect, .failures = 1};
  CHECK(next_attempt(reconnect, ended, false, now, random));
  CHECK_FALSE(next_attempt(reconnect, {.failures = 2}, false, now, random));
  CHECK(next_attempt(reconnect, {.failures = 2}, true, now, random));
}
