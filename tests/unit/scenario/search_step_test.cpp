#include "harness/scenario/search_step.hpp"

#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::scenario;
using namespace std::chrono_literals;

namespace {

/// 1,000 starts in 10 s, each ready after 20 ms.
stats::Snapshot carried() {
  stats::FleetStats fleet;
  fleet.name = "storm";
  fleet.load_s = 10;
  fleet.planned = fleet.started = fleet.started_in_time = fleet.succeeded = 1000;
  fleet.ready_in_time = 998;
  fleet.latency[stats::Phase::ready].response.record(20ms, 1000);
  stats::Snapshot load;
  load.fleets = {fleet};
  return load;
}

std::vector<Threshold> thresholds() {
  return {parse_threshold("storm.errors == 0").value(),
          parse_threshold("storm.ready.p99 < 50ms").value()};
}

}  // namespace

TEST_CASE("a step holds when its thresholds do and its starts were made", "[scenario]") {
  const auto step = judge_step(100, carried(), thresholds(), {});
  CHECK(step.held);
  CHECK(step.why.empty());
  CHECK_FALSE(step.generator_limited);
  CHECK(step.offered_per_s == 100);
  CHECK(step.started_per_s == 100);
  CHECK(step.achieved_per_s == Approx(99.8));
  CHECK(step.ready_p99 == 20ms);
}

TEST_CASE("a step breaks by the first threshold that it misses", "[scenario]") {
  auto load = carried();
  load.fleets[0].latency[stats::Phase::ready].response.record(80ms, 20);
  const auto slow = judge_step(100, load, thresholds(), {});
  CHECK_FALSE(slow.held);
  CHECK(slow.why == "storm.ready.p99 < 50ms: 80.0 ms");
  load.fleets[0].failed = 3;
  CHECK(judge_step(100, load, thresholds(), {}).why == "storm.errors == 0: 3");
}

TEST_CASE("a backlog that the drain works off is no rate that was carried", "[scenario]") {
  auto load = carried();
  load.fleets[0].started_in_time = 989;  // 99 % and the grain of one start
  CHECK(judge_step(100, load, thresholds(), {}).held);
  load.fleets[0].started_in_time = 988;
  const auto step = judge_step(100, load, thresholds(), {});
  CHECK_FALSE(step.held);
  CHECK(step.why == "988 of 1000 starts were made in time, the others waited below max_in_flight");
}

TEST_CASE("a saturated generator explains a step, whatever else is wrong", "[scenario]") {
  auto load = carried();
  load.fleets[0].failed = 3;
  const auto step = judge_step(100, load, thresholds(), {"worker 0 was busy", "and more"});
  CHECK_FALSE(step.held);
  CHECK(step.generator_limited);
  CHECK(step.why == "worker 0 was busy");
}

TEST_CASE("a step without any connection holds nothing", "[scenario]") {
  stats::Snapshot load;
  load.fleets.resize(1);
  load.fleets[0].name = "storm";
  const auto step = judge_step(100, load, thresholds(), {});
  CHECK_FALSE(step.held);
  CHECK(step.started_per_s == 0);
  CHECK(step.ready_p99 == 0ms);
}
