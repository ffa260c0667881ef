#include <algorithm>

#include "loadgen/run.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace std::chrono_literals;
using loadgen::saturation_reasons;

namespace {

/// A calm run of ten seconds: one worker at 40 % of a core, timers on time, 1000 starts.
stats::Snapshot calm() {
  stats::Snapshot snapshot;
  snapshot.elapsed_s = 10;
  stats::WorkerStats worker;
  worker.cpu_seconds = 4;
  worker.wall_seconds = 10;
  worker.lag.record(50us, 10'000);
  snapshot.workers.push_back(worker);
  stats::FleetStats fleet;
  fleet.name = "sensors";
  fleet.planned = fleet.started = fleet.succeeded = 1000;
  snapshot.fleets.push_back(fleet);
  snapshot.ticks.resize(10);
  for (auto& tick : snapshot.ticks) tick.generator_cpu = 0.4;
  return snapshot;
}

using Reasons = std::vector<std::string>;

}  // namespace

TEST_CASE("A calm run is valid, and so is an empty one", "[loadgen]") {
  CHECK(saturation_reasons(calm()).empty());
  CHECK(saturation_reasons({}).empty());
}

TEST_CASE("A worker that used nearly a whole core was the bottleneck", "[loadgen]") {
  auto snapshot = calm();
  snapshot.workers[0].cpu_seconds = 9.0;
  CHECK(saturation_reasons(snapshot).empty());
  snapshot.workers[0].cpu_seconds = 9.72;
  CHECK(saturation_reasons(snapshot) == Reasons{"worker 0 used 97 % of a core over the load"});
}

TEST_CASE("A slow broker alone does not make a run invalid", "[loadgen]") {
  auto snapshot = calm();
  // The cap held back most starts and dropped some at the end, while we had time to spare.
  snapshot.fleets[0].started = 700;
  snapshot.fleets[0].dropped = 300;
  snapshot.fleets[0].capped = 900;
  snapshot.fleets[0].failed = 400;
  snapshot.fleets[0].failures[{"tls", "deadline"}] = 400;
  CHECK(saturation_reasons(snapshot).empty());
}

TEST_CASE("Starts that were never made although there was room are our own doing", "[loadgen]") {
  auto snapshot = calm();
  snapshot.fleets[0].started = 900;
  snapshot.fleets[0].dropped = 100;
  CHECK(saturation_reasons(snapshot) ==
        Reasons{"fleet \"sensors\": 100 of 1000 starts were never made, though max_in_flight had "
                "room"});
}

TEST_CASE("Late starts count above one percent, but not a hiccup of a small run", "[loadgen]") {
  auto snapshot = calm();
  snapshot.workers[0].late_starts = 10;
  CHECK(saturation_reasons(snapshot).empty());
  snapshot.workers[0].late_starts = 11;
  CHECK(saturation_reasons(snapshot) ==
        Reasons{"11 of 1000 starts (1.1 %) were more than 10 ms late with room below "
                "max_in_flight"});
  snapshot.fleets[0].started = 50;
  snapshot.workers[0].late_starts = 4;
  CHECK(saturation_reasons(snapshot).empty());
}

TEST_CASE("A loop that lagged for more than a hundredth of the time is told with its cause",
          "[loadgen]") {
  auto snapshot = calm();
  snapshot.workers[0].lag.record(80ms, 90);
  CHECK(saturation_reasons(snapshot).empty());
  snapshot.workers[0].lag.record(80ms, 200);
  CHECK(saturation_reasons(snapshot) ==
        Reasons{"the event loop of worker 0 lagged 80.0 ms at p99 while it used only 40 % of a "
                "core: something kept it from running (other processes, or a limit on ours)"});
  snapshot.workers[0].cpu_seconds = 6;
  CHECK(saturation_reasons(snapshot) ==
        Reasons{"the event loop of worker 0 lagged 80.0 ms at p99"});
}

TEST_CASE("A ramp that ends in saturation is seen though its average is fine", "[loadgen]") {
  auto snapshot = calm();
  snapshot.ticks[8].generator_cpu = snapshot.ticks[9].generator_cpu = 0.99;
  CHECK(saturation_reasons(snapshot).empty());
  snapshot.ticks[7].generator_cpu = 0.99;
  CHECK(saturation_reasons(snapshot) ==
        Reasons{"all workers together used more than 90 % of their cores for 3 seconds in a row"});
}

TEST_CASE("Limits of this machine are no failures of the broker", "[loadgen]") {
  auto snapshot = calm();
  snapshot.fleets[0].failures[{"tcp", "errno:ECONNREFUSED"}] = 5;
  CHECK(saturation_reasons(snapshot).empty());
  snapshot.fleets[0].failures[{"tcp", "errno:EADDRNOTAVAIL"}] = 12;
  snapshot.fleets[0].failures[{"tcp", "errno:EMFILE"}] = 3;
  CHECK(saturation_reasons(snapshot) ==
        Reasons{"fleet \"sensors\": 12 connections found no free local port (errno:EADDRNOTAVAIL)",
                "fleet \"sensors\": 3 connections hit this process's limit of open files "
                "(errno:EMFILE)"});
}
