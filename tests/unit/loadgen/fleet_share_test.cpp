#include "loadgen/fleet_share.hpp"

#include <algorithm>

#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::loadgen;
using namespace std::chrono_literals;

namespace {

const TimePoint begin{1h};

FleetPlan plan_of(std::vector<Stage> stages, std::uint64_t clients = 1, std::uint64_t cap = 100) {
  FleetSpec spec;
  spec.name = "sensors";
  spec.clients = clients;
  spec.max_in_flight = cap;
  spec.stages = stages;
  return {.spec = spec, .schedule = Schedule(stages)};
}

FleetPlan closed_plan(std::uint64_t in_flight, Nanos duration, std::uint64_t clients) {
  FleetSpec spec;
  spec.name = "sensors";
  spec.clients = clients;
  spec.closed = ClosedLoop{.in_flight = in_flight, .duration = duration};
  return {.spec = spec, .schedule = Schedule({})};
}

ShareReport collected(FleetShare& share, Nanos at) {
  ShareReport report;
  share.collect(report, begin + at);
  return report;
}

}  // namespace

TEST_CASE("Starts come due on the schedule, and identities go round", "[loadgen]") {
  const FleetPlan plan = plan_of({{100, 100, 1s}}, 3);
  FleetShare share(plan, 0, 1, begin);
  CHECK_FALSE(share.may_start(begin - 1ns));
  for (std::uint64_t n = 0; n < 100; ++n) {
    const TimePoint due = begin + std::chrono::milliseconds(10 * n);
    REQUIRE(share.next_due(due) == due);
    REQUIRE_FALSE(share.may_start(due - 1ns));
    REQUIRE(share.may_start(due));
    const Start start = share.take(due + 1ms);
    CHECK(start.number == n);
    CHECK(start.client == n % 3);
    CHECK(start.intended == due);
  }
  CHECK(share.exhausted(begin + 1s));
  CHECK_FALSE(share.next_due(begin + 1s));
}

TEST_CASE("Starts due beyond the cap wait, and count from their intended time", "[loadgen]") {
  const FleetPlan plan = plan_of({{100, 100, 1s}}, 1, 2);
  FleetShare share(plan, 0, 1, begin);
  share.take(begin);
  share.take(begin + 10ms);
  CHECK_FALSE(share.may_start(begin + 20ms));
  CHECK_FALSE(share.next_due(begin + 20ms));
  CHECK_FALSE(share.exhausted(begin + 20ms));
  share.record_ready(begin, begin, begin + 300ms);
  REQUIRE(share.may_start(begin + 300ms));
  const Start start = share.take(begin + 301ms);
  CHECK(start.intended == begin + 20ms);

  const ShareReport report = collected(share, 305ms);
  CHECK(report.stats.planned == 31);
  CHECK(report.stats.started == 3);
  CHECK(report.stats.capped == 1);
  CHECK(report.late_starts == 0);  // the broker's doing, not ours
}

TEST_CASE("A start is late when nothing but ourselves held it back", "[loadgen]") {
  const FleetPlan plan = plan_of({{100, 100, 1s}}, 1, 100);
  FleetShare share(plan, 0, 1, begin);
  share.take(begin + 10ms);        // exactly at the limit
  share.take(begin + 20ms + 1ns);  // just beyond it
  share.take(begin + 500ms);
  CHECK(collected(share, 500ms).late_starts == 2);
}

TEST_CASE("After the cap gave way, a start has ten milliseconds again", "[loadgen]") {
  const FleetPlan plan = plan_of({{100, 100, 1s}}, 1, 1);
  FleetShare share(plan, 0, 1, begin);
  share.take(begin);
  share.failed({.intended = begin}, {"tcp", "deadline"}, false, begin + 200ms);
  share.take(begin + 215ms);
  const ShareReport report = collected(share, 215ms);
  CHECK(report.late_starts == 1);
  CHECK(report.stats.capped == 1);
  CHECK(report.stats.failures.at({"tcp", "deadline"}) == 1);
}

TEST_CASE("A report tells who got through in it, and who is still on the way", "[loadgen]") {
  FleetPlan plan = plan_of({{10, 10, 1s}});
  plan.spec.warm_up = 150ms;
  FleetShare share(plan, 0, 1, begin);
  const Start first = share.take(begin);
  share.take(begin + 100ms);
  share.take(begin + 200ms);
  share.record_ready(first.intended, begin, begin + 210ms);
  const ShareReport report = collected(share, 300ms);
  CHECK(report.ready == 1);  // of the warm-up: no latency tells of it
  CHECK(report.connecting == 2);
  CHECK_FALSE(report.stats.latency.contains(stats::Phase::ready));
  CHECK(collected(share, 400ms).ready == 0);
}

TEST_CASE("The cap is split over the workers, none of which stands idle", "[loadgen]") {
  const auto room = [](std::uint64_t cap, unsigned worker, unsigned workers) {
    const FleetPlan plan = plan_of({{1000, 1000, 1s}}, 1, cap);
    FleetShare share(plan, worker, workers, begin);
    int count = 0;
    while (share.may_start(begin + 1s)) {
      share.take(begin + 1s);
      ++count;
    }
    return count;
  };
  CHECK(room(7, 0, 3) == 3);
  CHECK(room(7, 1, 3) == 2);
  CHECK(room(7, 2, 3) == 2);
  CHECK(room(1, 2, 3) == 1);
}

TEST_CASE("Giving up drops what was due and not made", "[loadgen]") {
  const FleetPlan plan = plan_of({{100, 100, 1s}}, 1, 4);
  SECTION("in the middle of the schedule: what was due until then") {
    FleetShare share(plan, 0, 1, begin);
    for (int i = 0; i < 4; ++i) share.take(begin + 500ms);
    share.give_up(begin + 500ms);
    CHECK(share.exhausted(begin + 500ms));
    const ShareReport report = collected(share, 900ms);
    CHECK(report.stats.planned == 51);
    CHECK(report.stats.started == 4);
    CHECK(report.stats.dropped == 47);
    CHECK(report.stats.capped == 47);
  }
  SECTION("after the schedule: all that is left, and not the cap's fault when there was room") {
    FleetShare share(plan, 0, 1, begin);
    share.take(begin + 1s);
    share.give_up(begin + 2s);
    share.give_up(begin + 3s);
    const ShareReport report = collected(share, 3s);
    CHECK(report.stats.planned == 100);
    CHECK(report.stats.dropped == 99);
    CHECK(report.stats.capped == 0);
  }
}

TEST_CASE("Pieces that were collected add up to the whole", "[loadgen]") {
  const FleetPlan plan = plan_of({{100, 100, 1s}});
  FleetShare share(plan, 0, 1, begin);
  stats::FleetStats sum;
  ShareReport report;
  for (int second = 0; second < 10; ++second) {
    const TimePoint now = begin + second * 100ms;
    while (share.may_start(now)) {
      const Start start = share.take(now);
      share.record_phases({{stats::Phase::tcp, start.intended + 1ms, start.intended + 3ms}},
                          start.intended);
      share.record_ready(start.intended, start.intended + 1ms, start.intended + 5ms);
      share.record_bytes(10, 20, begin);
      share.succeeded(start, now);
    }
    report.clear();
    share.collect(report, now);
    sum.merge(report.stats);
  }
  CHECK(sum.planned == 91);
  CHECK(sum.started == 91);
  CHECK(sum.succeeded == 91);
  CHECK(sum.bytes_sent == 910);
  CHECK(sum.bytes_received == 1820);
  CHECK(sum.latency[stats::Phase::tcp].service.count() == 91);
  CHECK(sum.latency[stats::Phase::tcp].service.max() == 2ms);
  CHECK(sum.latency[stats::Phase::tcp].response.max() == 3ms);
  CHECK(sum.latency[stats::Phase::ready].service.max() == 4ms);
  CHECK(sum.latency[stats::Phase::ready].response.max() == 5ms);
}

TEST_CASE("Every kind of end leaves the cap once", "[loadgen]") {
  const FleetPlan plan = plan_of({{1000, 1000, 1s}}, 1, 1);
  FleetShare share(plan, 0, 1, begin);
  const TimePoint now = begin + 1s;
  share.take(now);
  share.record_ready(begin, begin, now);
  share.failed({.intended = begin}, {"established", "closed"}, true, now);
  share.take(now);
  share.record_ready(begin, begin, now);
  share.interrupted({.intended = begin}, true, now);
  share.take(now);
  share.interrupted({.intended = begin}, false, now);
  CHECK(share.may_start(now));
  share.take(now);
  CHECK_FALSE(share.may_start(now));
  const ShareReport report = collected(share, 1s);
  CHECK(report.stats.failed == 1);
  CHECK(report.stats.interrupted == 2);
}

TEST_CASE("A certificate is told once, however often it is used", "[loadgen]") {
  const FleetPlan plan = plan_of({{100, 100, 1s}});
  FleetShare share(plan, 0, 1, begin);
  share.record_certificate(7, begin);
  share.record_certificate(7, begin);
  share.record_certificate(8, begin);
  CHECK(collected(share, 0s).certificates == std::vector<std::uint64_t>{7, 8});
  share.record_certificate(8, begin);
  share.record_certificate(9, begin);
  CHECK(collected(share, 0s).certificates == std::vector<std::uint64_t>{9});
}

TEST_CASE("A closed loop starts the next connection when one is over, and not before",
          "[loadgen]") {
  const FleetPlan plan = closed_plan(2, 1s, 4);
  FleetShare share(plan, 0, 1, begin);
  const Start first = share.take(begin);
  const Start second = share.take(begin);
  CHECK_FALSE(share.next_due(begin + 10ms));
  SECTION("CONNACK alone leaves no place") {
    share.record_ready(first.intended, begin, begin + 10ms);
    CHECK_FALSE(share.may_start(begin + 10ms));
  }
  SECTION("success does") {
    share.record_ready(first.intended, begin, begin + 10ms);
    share.succeeded(first, begin + 20ms);
    REQUIRE(share.next_due(begin + 20ms) == begin + 20ms);
    const Start third = share.take(begin + 25ms);
    CHECK(third.intended == begin + 20ms);
    CHECK(third.number == 2);
    CHECK(third.client == 2);
    CHECK_FALSE(share.may_start(begin + 25ms));
  }
  SECTION("failure does") {
    share.failed(second, {"tls", "deadline"}, false, begin + 30ms);
    CHECK(share.take(begin + 30ms).client == 3);
  }
}

TEST_CASE("A closed loop plans what it starts, and drops nothing", "[loadgen]") {
  const FleetPlan plan = closed_plan(2, 1s, 2);
  FleetShare share(plan, 0, 1, begin);
  const Start first = share.take(begin);
  share.take(begin);
  share.succeeded(first, begin + 999ms);
  CHECK(share.may_start(begin + 999ms));
  CHECK_FALSE(share.exhausted(begin + 999ms));
  // Its time is over: the free place stays free, and nobody is woken for it.
  CHECK_FALSE(share.may_start(begin + 1s));
  CHECK_FALSE(share.next_due(begin + 1s));
  CHECK(share.exhausted(begin + 1s));
  share.give_up(begin + 2s);
  const ShareReport report = collected(share, 2s);
  CHECK(report.stats.planned == 2);
  CHECK(report.stats.started == 2);
  CHECK(report.stats.dropped == 0);
  CHECK(report.stats.capped == 0);
}

TEST_CASE("A start that a free place waits for is late after ten milliseconds", "[loadgen]") {
  const FleetPlan plan = closed_plan(1, 1s, 1);
  FleetShare share(plan, 0, 1, begin);
  const Start first = share.take(begin + 10ms);
  share.succeeded(first, begin + 20ms);
  share.take(begin + 30ms + 1ns);
  CHECK(collected(share, 40ms).late_starts == 1);
}

TEST_CASE("What is meant for the warm-up is counted apart and in no histogram", "[loadgen]") {
  FleetPlan plan = plan_of({{100, 100, 1s}}, 1, 100);
  plan.spec.warm_up = 500ms;
  FleetShare share(plan, 0, 1, begin);
  std::vector<Start> starts;
  // All in one go, late: what counts is when a start was meant.
  while (share.may_start(begin + 1s)) starts.push_back(share.take(begin + 1s));
  REQUIRE(starts.size() == 100);
  for (std::size_t n = 0; n < 100; ++n) {
    const Start& start = starts[n];
    CHECK(share.measures(start.intended) == (n >= 50));
    share.record_phases({{stats::Phase::tcp, begin + 1s, begin + 1s}}, start.intended);
    if (n % 10 == 0) {
      share.failed(start, {"tls", "deadline"}, false, begin + 1s);
      continue;
    }
    share.record_ready(start.intended, begin + 1s, begin + 1s);
    if (n % 10 == 1) {
      share.interrupted(start, true, begin + 1s);
    } else {
      share.succeeded(start, begin + 1s);
    }
  }
  const ShareReport report = collected(share, 1s);
  const auto& stats = report.stats;
  CHECK(
      stats.warm_up ==
      stats::WarmUp{.planned = 50, .started = 50, .succeeded = 40, .failed = 5, .interrupted = 5});
  CHECK(stats.planned == 50);
  CHECK(stats.started == 50);
  CHECK(stats.succeeded == 40);
  CHECK(stats.failed == 5);
  CHECK(stats.failures.at({"tls", "deadline"}) == 5);
  CHECK(stats.interrupted == 5);
  CHECK(stats.latency.at(stats::Phase::tcp).response.count() == 50);
  CHECK(stats.latency.at(stats::Phase::ready).response.count() == 45);
  CHECK(report.late_starts == 49);  // 500 to 980 ms; 990 ms was in time
}

TEST_CASE("What comes of the warm-up is in no count", "[loadgen]") {
  FleetPlan plan = plan_of({{100, 100, 1s}}, 1, 100);
  plan.spec.warm_up = 500ms;
  FleetShare share(plan, 0, 1, begin);
  const TimePoint warm = begin + 500ms - 1ns;
  const TimePoint measured = begin + 500ms;
  share.record_bytes(1, 2, warm);
  share.record_bytes(10, 20, measured);
  share.record_certificate(7, warm);
  share.record_certificate(8, warm);
  share.record_certificate(8, measured);  // the same client, come again
  for (const TimePoint at : {warm, measured}) {
    share.record(stats::Phase::outage, 5ms, at);
    ++share.lifecycle_at(at).reconnects.lost;
    share.follow_up({.intended = at, .kind = StartKind::reconnect, .waits_since = begin});
  }
  while (share.may_start(measured)) share.take(measured);
  const ShareReport report = collected(share, 1s);
  CHECK(report.stats.bytes_sent == 10);
  CHECK(report.stats.bytes_received == 20);
  CHECK(report.certificates == std::vector<std::uint64_t>{8});
  CHECK(report.stats.lifecycle.reconnects.lost == 1);
  CHECK(report.stats.lifecycle.reconnects.attempts == 1);
  CHECK(report.stats.latency.at(stats::Phase::outage).service.count() == 1);
  CHECK(report.stats.latency.at(stats::Phase::back_off).service.count() == 1);
}

TEST_CASE("A warm-up that is given up drops nothing that is measured", "[loadgen]") {
  FleetPlan plan = plan_of({{100, 100, 1s}}, 1, 1);
  plan.spec.warm_up = 500ms;
  FleetShare share(plan, 0, 1, begin);
  share.take(begin);
  share.give_up(begin + 605ms);
  const ShareReport report = collected(share, 1s);
  CHECK(report.stats.warm_up.planned == 50);
  CHECK(report.stats.warm_up.started == 1);
  CHECK(report.stats.planned == 11);
  CHECK(report.stats.dropped == 11);
}

TEST_CASE("What happens after the end of the load counts for no rate", "[loadgen]") {
  const FleetPlan plan = plan_of({{100, 100, 1s}}, 1, 2);
  FleetShare share(plan, 0, 1, begin);
  const Start first = share.take(begin);
  share.take(begin + 10ms);
  share.record_ready(first.intended, begin, begin + 1s);
  const Start third = share.take(begin + 1s + 1ns);
  share.failed({.intended = begin}, {"tls", "closed"}, false, begin + 1s + 1ns);
  share.record_ready(third.intended, begin + 1s, begin + 1100ms);
  const ShareReport report = collected(share, 2s);
  CHECK(report.stats.started == 3);
  CHECK(report.stats.started_in_time == 2);
  CHECK(report.stats.ready_in_time == 1);
  CHECK(report.stats.latency.at(stats::Phase::ready).response.count() == 2);
}

TEST_CASE("A periodic start is the client's whose phase it is", "[loadgen]") {
  FleetSpec spec;
  spec.clients = 5;
  spec.periodic = Periodic{.every = 1s, .spread = Spread::random, .duration = 2s, .seed = 3};
  const Schedule schedule(*spec.periodic, 5);
  const FleetPlan plan{.spec = spec, .schedule = schedule};
  FleetShare share(plan, 0, 1, begin);
  std::vector<std::uint64_t> turns[2];
  for (std::uint64_t n = 0; n < 10; ++n) turns[n / 5].push_back(share.take(begin + 2s).client);
  CHECK(turns[0] == turns[1]);
  std::ranges::sort(turns[0]);
  CHECK(turns[0] == std::vector<std::uint64_t>{0, 1, 2, 3, 4});
}
