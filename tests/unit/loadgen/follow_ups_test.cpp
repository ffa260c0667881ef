#include "loadgen/follow_ups.hpp"

#include "loadgen/fleet_share.hpp"
#include "loadgen/share.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::loadgen;
using namespace std::chrono_literals;

namespace {

const TimePoint begin{1h};

FleetPlan plan_of(std::vector<Stage> stages, std::uint64_t cap) {
  FleetSpec spec;
  spec.max_in_flight = cap;
  spec.stages = stages;
  return {.spec = spec, .schedule = Schedule(stages)};
}

Start back_at(Nanos at, std::uint64_t number = 0) {
  return {
      .number = number, .intended = begin + at, .kind = StartKind::reconnect, .waits_since = begin};
}

stats::FleetStats collected(FleetShare& share, Nanos at) {
  ShareReport report;
  share.collect(report, begin + at);
  return report.stats;
}

}  // namespace

TEST_CASE("Follow-ups come by their time, and equal ones in the order of coming", "[loadgen]") {
  FollowUps waiting;
  CHECK_FALSE(waiting.next_due());
  waiting.add(back_at(30ms, 1));
  waiting.add(back_at(10ms, 2));
  waiting.add(back_at(30ms, 3));
  waiting.add(back_at(20ms, 4));
  CHECK(waiting.next_due() == begin + 10ms);
  std::vector<std::uint64_t> order;
  while (waiting.size() > 0) order.push_back(waiting.take().number);
  CHECK(order == std::vector<std::uint64_t>{2, 4, 1, 3});
}

TEST_CASE("Clients that come back take turns with the schedule, by their times", "[loadgen]") {
  const FleetPlan plan = plan_of({{100, 100, 30ms}}, 100);  // starts at 0, 10 and 20 ms
  FleetShare share(plan, 0, 1, begin);
  share.follow_up(back_at(5ms));
  share.follow_up(back_at(500ms));
  std::vector<std::pair<Nanos, StartKind>> made;
  TimePoint now = begin;
  while (const auto due = share.next_due(now)) {
    now = *due;
    const Start start = share.take(now);
    made.emplace_back(start.intended - begin, start.kind);
  }
  using Made = std::pair<Nanos, StartKind>;
  CHECK(made == std::vector<Made>{{0ms, StartKind::scheduled},
                                  {5ms, StartKind::reconnect},
                                  {10ms, StartKind::scheduled},
                                  {20ms, StartKind::scheduled},
                                  {500ms, StartKind::reconnect}});
  const auto stats = collected(share, 1s);
  CHECK(stats.planned == 5);
  CHECK(stats.started == 5);
  CHECK(stats.lifecycle.reconnects.attempts == 2);
  CHECK(stats.latency.at(stats::Phase::back_off).service.max() == 500ms);
}

TEST_CASE("Clients that come back wait for the concurrency cap like all", "[loadgen]") {
  const FleetPlan plan = plan_of({{100, 100, 10ms}}, 1);
  FleetShare share(plan, 0, 1, begin);
  share.take(begin);
  share.follow_up(back_at(5ms));
  CHECK_FALSE(share.may_start(begin + 6ms));
  share.failed(back_at(0ms), {"tcp", "errno:ECONNREFUSED"}, false, begin + 40ms);
  REQUIRE(share.may_start(begin + 40ms));
  share.take(begin + 45ms);
  const auto stats = collected(share, 50ms);
  CHECK(stats.capped == 1);
  CHECK(stats.latency.at(stats::Phase::back_off).service.max() == 5ms);
  CHECK(stats.latency.at(stats::Phase::back_off).response.max() == 45ms);
}

TEST_CASE("When the load is over nobody comes back, and who waits is away", "[loadgen]") {
  const FleetPlan plan = plan_of({{100, 100, 10ms}}, 10);
  FleetShare share(plan, 0, 1, begin);
  share.take(begin);
  share.follow_up(back_at(5ms));
  share.follow_up({.intended = begin + 5ms, .kind = StartKind::takeover});
  share.end_follow_ups();
  share.follow_up(back_at(6ms));
  CHECK_FALSE(share.next_due(begin + 1s));
  const auto stats = collected(share, 1s);
  CHECK(stats.lifecycle.reconnects.away == 2);
  CHECK(stats.started == 1);
}

TEST_CASE("A share is exact after every number of starts", "[loadgen]") {
  for (const double share : {0.0, 0.05, 0.3, 1.0 / 3, 0.5, 0.999, 1.0}) {
    double chosen = 0;
    for (std::uint64_t n = 0; n < 100'000; ++n) {
      if (in_share(n, share)) ++chosen;
      const double ideal = static_cast<double>(n + 1) * share;
      REQUIRE(chosen <= ideal + 1e-6);
      REQUIRE(chosen > ideal - 1 - 1e-6);
    }
  }
}
