#include "core/stats/merge.hpp"

#include "core/base/random.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::stats;
using namespace std::chrono_literals;

namespace {

/// Builds the snapshot of a whole load and, at the same time, those of `parts` that the same events
/// fall into at random.
class Split {
 public:
  Split(std::uint64_t seed, std::size_t parts) : random_(seed), parts_(parts) {
    for (Snapshot* one : all()) prepare(*one);
  }

  void make_load() {
    for (std::size_t second = 0; second < seconds_; ++second) {
      for (std::size_t fleet = 0; fleet < fleets_; ++fleet) {
        for (int connection = 0; connection < 40; ++connection) make_connection(second, fleet);
      }
    }
    for (Snapshot* one : all()) end_ticks(*one);
  }

  const Snapshot& whole() const { return whole_; }
  const std::vector<Snapshot>& parts() const { return parts_; }

 private:
  std::vector<Snapshot*> all() {
    std::vector<Snapshot*> out{&whole_};
    for (Snapshot& part : parts_) out.push_back(&part);
    return out;
  }

  void prepare(Snapshot& one) const {
    one.elapsed_s = static_cast<double>(seconds_);
    for (std::size_t i = 0; i < fleets_; ++i) {
      FleetStats& fleet = one.fleets.emplace_back();
      fleet.name = "fleet" + std::to_string(i);
      fleet.listener = "tls-two-way";
    }
    for (std::size_t second = 0; second < seconds_; ++second) {
      Tick& tick = one.ticks.emplace_back();
      tick.at_s = static_cast<double>(second + 1);
      for (const FleetStats& fleet : one.fleets) tick.fleets.emplace_back().name = fleet.name;
    }
  }

  void make_connection(std::size_t second, std::size_t fleet) {
    const std::size_t part = random_.below(parts_.size());
    const std::uint64_t outcome = random_.below(4);
    const Nanos latency(random_.below(2'000'000'000));
    for (Snapshot* one : {&whole_, &parts_[part]}) {
      record(one->fleets[fleet], one->ticks[second].fleets[fleet], outcome, latency);
    }
  }

  static void record(FleetStats& fleet, Tick::Fleet& tick, std::uint64_t outcome, Nanos latency) {
    ++fleet.planned;
    ++tick.planned;
    if (outcome == 0) {
      ++fleet.dropped;
      return;
    }
    ++fleet.started;
    ++tick.started;
    fleet.bytes_sent += 100 + outcome;
    if (outcome == 1) {
      ++fleet.failed;
      ++tick.failed;
      ++fleet.failures[{"tls", latency > 1s ? "deadline" : "closed"}];
      return;
    }
    fleet.latency[Phase::ready].response.record(latency);
    fleet.latency[Phase::ready].service.record(latency / 2);
    ++fleet.negotiated["version"][latency > 1s ? "TLS 1.2" : "TLS 1.3"];
    if (outcome == 2) {
      ++fleet.succeeded;
      ++tick.succeeded;
      ++fleet.distinct_certificates;
    } else {
      ++tick.in_flight;  // stays open: summed up over the seconds by end_ticks()
    }
  }

  static void end_ticks(Snapshot& one) {
    std::map<std::string, std::uint64_t> open;
    for (Tick& tick : one.ticks) {
      for (Tick::Fleet& fleet : tick.fleets) fleet.in_flight = open[fleet.name] += fleet.in_flight;
    }
  }

  static constexpr std::size_t seconds_ = 5;
  static constexpr std::size_t fleets_ = 3;
  Random random_;
  Snapshot whole_;
  std::vector<Snapshot> parts_;
};

Snapshot with_ticks(std::vector<Tick> ticks) {
  Snapshot one;
  one.elapsed_s = ticks.back().at_s;
  one.ticks = std::move(ticks);
  return one;
}

Tick tick(double at_s, std::uint64_t started, std::uint64_t in_flight) {
  Tick out;
  out.at_s = at_s;
  out.fleets = {{.name = "f", .started = started, .in_flight = in_flight}};
  return out;
}

}  // namespace

TEST_CASE("However a load is split, the merged parts are the whole", "[stats]") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const std::size_t parts = 1 + seed % 7;
    INFO("seed " << seed << ", " << parts << " parts");
    Split split(seed, parts);
    split.make_load();
    const Snapshot merged = merge(split.parts());
    CHECK(merged.elapsed_s == split.whole().elapsed_s);
    REQUIRE(merged.fleets == split.whole().fleets);
    REQUIRE(merged.ticks.size() == split.whole().ticks.size());
    for (std::size_t i = 0; i < merged.ticks.size(); ++i) {
      const Tick& seen = merged.ticks[i];
      const Tick& wanted = split.whole().ticks[i];
      CHECK(seen.at_s == wanted.at_s);
      REQUIRE(seen.fleets.size() == wanted.fleets.size());
      for (std::size_t fleet = 0; fleet < seen.fleets.size(); ++fleet) {
        CHECK(seen.fleets[fleet].name == wanted.fleets[fleet].name);
        CHECK(seen.fleets[fleet].planned == wanted.fleets[fleet].planned);
        CHECK(seen.fleets[fleet].started == wanted.fleets[fleet].started);
        CHECK(seen.fleets[fleet].succeeded == wanted.fleets[fleet].succeeded);
        CHECK(seen.fleets[fleet].failed == wanted.fleets[fleet].failed);
        CHECK(seen.fleets[fleet].in_flight == wanted.fleets[fleet].in_flight);
      }
    }
  }
}

TEST_CASE("Ticks are laid side by side by second, and no count is lost on the way", "[stats]") {
  // The second process stalled from 1 s to 3.1 s, and ended half a second later.
  const std::vector<Snapshot> parts{
      with_ticks({tick(1.002, 10, 10), tick(2.001, 20, 30), tick(3.0, 30, 60), tick(4.2, 5, 0)}),
      with_ticks({tick(1.0, 1, 1), tick(3.1, 2, 3), tick(3.6, 4, 7)})};
  const Snapshot merged = merge(parts);
  REQUIRE(merged.ticks.size() == 4);
  const auto started = [&](std::size_t i) { return merged.ticks[i].fleets[0].started; };
  CHECK(std::vector{started(0), started(1), started(2), started(3)} ==
        std::vector<std::uint64_t>{11, 20, 32, 9});
  const auto open = [&](std::size_t i) { return merged.ticks[i].fleets[0].in_flight; };
  CHECK(std::vector{open(0), open(1), open(2), open(3)} ==
        std::vector<std::uint64_t>{11, 31, 63, 7});
  CHECK(merged.ticks[2].at_s == 3.1);
  CHECK(merged.elapsed_s == 4.2);
}

TEST_CASE("A part that ran longer, with longer ticks, lays down what a tick is", "[stats]") {
  Snapshot longer;
  Snapshot shorter;
  for (int i = 1; i <= 1'500; ++i) append(longer.ticks, tick(i, 10, 10));
  for (int i = 1; i <= 600; ++i) append(shorter.ticks, tick(i, 1, 1));
  REQUIRE(meant_length(longer.ticks) == 2);
  REQUIRE(meant_length(shorter.ticks) == 1);
  const Snapshot merged = merge(std::vector{shorter, longer});
  REQUIRE(merged.ticks.size() == 750);
  for (std::size_t i = 0; i < merged.ticks.size(); ++i) {
    INFO(i);
    CHECK(tick_seconds(merged.ticks, i) == 2);
    CHECK(merged.ticks[i].fleets[0].started == (i < 300 ? 22u : 20u));
    CHECK(merged.ticks[i].fleets[0].in_flight == 11);
  }
}

TEST_CASE("Processor time of a merged second is the sum, its percentiles the worst", "[stats]") {
  Tick slow = tick(1.0, 1, 0);
  slow.generator_cpu = 0.5;
  slow.broker_cpu = 1.5;
  slow.generator_lag_max = 3ms;
  slow.broker_rss_bytes = 100;
  slow.broker_open_files = 7;
  slow.fleets[0].latency[Phase::ready] = {.count = 3, .p99 = 9ms, .max = 9ms};
  Tick fast = slow;
  fast.generator_lag_max = 1ms;
  fast.fleets[0].latency[Phase::ready].p99 = 2ms;
  const Snapshot merged = merge(std::vector<Snapshot>{with_ticks({fast}), with_ticks({slow})});
  REQUIRE(merged.ticks.size() == 1);
  const Tick& seen = merged.ticks[0];
  CHECK(seen.generator_cpu == 1.0);
  CHECK(seen.broker_cpu == 3.0);
  CHECK(seen.generator_lag_max == 3ms);
  CHECK(seen.broker_rss_bytes == 200);
  CHECK(seen.broker_open_files == 14);
  CHECK(seen.fleets[0].latency.at(Phase::ready).p99 == 9ms);
  CHECK(seen.fleets[0].latency.at(Phase::ready).count == 6);
}

TEST_CASE("Workers of all parts follow each other; a fleet may be missing in a part", "[stats]") {
  std::vector<Snapshot> parts(2);
  parts[0].workers.resize(2);
  parts[0].workers[1].late_starts = 5;
  parts[1].workers.resize(1);
  parts[1].workers[0].late_starts = 7;
  parts[1].fleets.emplace_back().name = "rare";
  parts[1].fleets[0].started = 3;
  const Snapshot merged = merge(parts);
  REQUIRE(merged.workers.size() == 3);
  CHECK(merged.workers[1].late_starts == 5);
  CHECK(merged.workers[2].late_starts == 7);
  REQUIRE(merged.fleets.size() == 1);
  CHECK(merged.fleets[0].started == 3);
}
