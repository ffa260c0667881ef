// A broker that stands still for a second under an open loop, on a manual clock: what the cap lets
// through, and what everybody else waited.
#include <deque>

#include "loadgen/fleet_share.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::loadgen;
using namespace std::chrono_literals;

namespace {

const TimePoint begin{1h};
constexpr Nanos stopped_at = 1s;
constexpr Nanos resumed_at = 2s;
constexpr std::uint64_t cap = 8;

/// Answers at once, and all that waited in the moment it goes on.
class Broker {
 public:
  explicit Broker(FleetShare& share) : share_(share) {}

  void connect(const Start& start, TimePoint now) {
    waiting_.push_back({start, now});
    answer(now);
  }

  void answer(TimePoint now) {
    if (now >= begin + stopped_at && now < begin + resumed_at) return;
    while (!waiting_.empty()) {
      const auto [start, began] = waiting_.front();
      waiting_.pop_front();
      share_.record_ready(start.intended, began, now);
      share_.succeeded(start, now);
    }
  }

 private:
  struct Waiting {
    Start start;
    TimePoint began;
  };
  FleetShare& share_;
  std::deque<Waiting> waiting_;
};

/// 200 starts a second for 3 s, looked at every millisecond as the event loop does.
ShareReport run_storm() {
  FleetSpec spec;
  spec.name = "storm";
  spec.clients = 1000;
  spec.max_in_flight = cap;
  spec.stages = {{200, 200, 3s}};
  const FleetPlan plan{.spec = spec, .schedule = Schedule(spec.stages)};
  FleetShare share(plan, 0, 1, begin);
  Broker broker(share);
  for (TimePoint now = begin; now <= begin + 3s; now += 1ms) {
    broker.answer(now);
    while (share.may_start(now)) broker.connect(share.take(now), now);
  }
  ShareReport report;
  share.collect(report, begin + 3s);
  return report;
}

std::uint64_t samples_between(const stats::Histogram& histogram, Nanos above, Nanos up_to) {
  std::uint64_t count = 0;
  for (const auto& bucket : histogram.buckets()) {
    if (bucket.upper > above && bucket.upper <= up_to) count += bucket.count;
  }
  return count;
}

}  // namespace

TEST_CASE("A stall: no more service samples than the cap, and a response sample for every start",
          "[loadgen]") {
  const ShareReport report = run_storm();
  const auto& stats = report.stats;
  CHECK(stats.planned == 600);
  CHECK(stats.started == 600);
  CHECK(stats.succeeded == 600);
  CHECK(stats.dropped == 0);
  const auto& ready = stats.latency.at(stats::Phase::ready);
  REQUIRE(ready.response.count() == 600);
  REQUIRE(ready.service.count() == 600);

  // The starts of 1.000 to 1.035 s found room below the cap; nobody else was sent into the stall.
  CHECK(samples_between(ready.service, 2ms, 10s) == cap);
  CHECK(stats.capped == 200 - cap);

  // All 200 that were due in that second waited for its end: 1000, 995, ... 5 ms.
  CHECK(samples_between(ready.response, 2ms, 10s) == 200);
  CHECK(ready.response.max() == 1s);
  for (int tenth = 0; tenth < 10; ++tenth) {
    INFO(tenth);
    // Between the samples, which lie 5 ms apart: the buckets are 0.1 % wide.
    const Nanos above = tenth * 100ms + 2500us;
    CHECK(samples_between(ready.response, above, above + 100ms) == 20);
  }
  CHECK(report.late_starts == 0);  // the cap's doing, not the generator's
}
