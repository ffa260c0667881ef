#include "harness/app/live_view.hpp"

#include "reports/detail/utf8.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/sample_result.hpp"

using namespace handfast;
using namespace handfast::app;
using namespace std::chrono_literals;

namespace {

LivePlan plan() { return {.length = 60s, .stages = {{10s, "50/s..200/s"}, {60s, "200/s"}}}; }

stats::Tick tick(double at_s, Nanos p99) {
  stats::Tick out;
  out.at_s = at_s;
  out.all.planned = 200;
  out.all.ready = 198;
  out.all.in_flight = 1'320;
  out.all.connected = 1'305;
  out.all.latency[stats::Phase::ready] = {
      .count = 198, .p50 = 2ms, .p90 = 3ms, .p99 = p99, .p99_9 = p99, .max = 2 * p99};
  out.generator_cpu = 0.8;
  out.generator_lag_p99 = 300us;
  return out;
}

stats::Snapshot snapshot() {
  stats::Snapshot out;
  out.elapsed_s = 20;
  out.workers.resize(2);
  auto& fleet = out.fleets.emplace_back();
  fleet.planned = 4'000;
  fleet.succeeded = 3'900;
  fleet.failed = 11;
  fleet.failures[{"connack", "alert_received:certificate_required(116)"}] = 8;
  fleet.failures[{"tcp", "errno:ECONNREFUSED"}] = 3;
  for (int i = 1; i <= 20; ++i) out.ticks.push_back(tick(i, i == 10 ? 900ms : i * 1ms));
  return out;
}

reports::TerminalStyle plain(std::size_t width = 100) { return {.width = width}; }

}  // namespace

TEST_CASE("The block tells progress, stage, rates, percentiles, errors and health", "[app]") {
  const auto lines = live_block(snapshot(), plan(), plain());
  REQUIRE(lines.size() == 6);
  CHECK(lines[0] ==
        "load    ███████░░░░░░░░░░░░░ 33 %, 20 s of 60 s, 40 s left, stage 2 of 2: 200/s");
  CHECK(lines[1] == "rate    offered 200/s, achieved 198/s; 3,900 of 4,000 ended well");
  CHECK(lines[2] == "open    1,320 in flight, 1,305 of them connected");
  // Of the last five ticks: the slow one before them is forgotten.
  CHECK(lines[3] ==
        "ready   p50 2.00 ms, p90 3.00 ms, p99 20.0 ms, max 40.0 ms at most in the last seconds");
  CHECK(lines[4] == "errors  11: 8 alert certificate_required (116) received, 3 ECONNREFUSED");
  CHECK(lines[5] == "load by 0.80 of 2 cores, lag p99 300 us, 0 late starts");
}

TEST_CASE("Every line of the block fits the terminal", "[app]") {
  for (const std::size_t width : {20U, 40U, 63U, 200U}) {
    for (const auto& line : live_block(snapshot(), plan(), plain(width))) {
      INFO(line);
      CHECK(reports::detail::display_width(line) < width);
    }
  }
}

TEST_CASE("Colour marks the labels alone, and only where it is wanted", "[app]") {
  auto style = plain();
  for (const auto& line : live_block(snapshot(), plan(), style)) {
    CHECK(line.find('\x1b') == std::string::npos);
  }
  style.colour = true;
  const auto lines = live_block(snapshot(), plan(), style);
  CHECK(lines[4].starts_with("\x1b[1;31merrors  \x1b[0m11: "));
  CHECK(lines[1].starts_with("\x1b[2mrate    \x1b[0moffered "));
}

TEST_CASE("ASCII terminals get an ASCII bar", "[app]") {
  const auto lines = live_block(snapshot(), plan(), {.width = 100, .colour = false, .utf8 = false});
  CHECK(lines[0].starts_with("load    #######............. 33 %"));
}

TEST_CASE("After the schedule the block counts the wait for the last answers", "[app]") {
  auto late = snapshot();
  late.elapsed_s = 64;
  CHECK(live_block(late, plan(), plain())[0] ==
        "load    ████████████████████ schedule done, last answers 4 s");
  CHECK(live_line(late, plan()).starts_with("schedule done, last answers 4 s: 3,900 of 4,000"));
}

TEST_CASE("A pipe gets one line with the most frequent error, and no control characters", "[app]") {
  CHECK(live_line(snapshot(), plan()) ==
        "load 20 s of 60 s, stage 2 of 2: 200/s: 3,900 of 4,000 connected, 198/s, 1320 in flight, "
        "11 errors, most: alert certificate_required (116) received");
  const auto hostile = tests::hostile_result();
  CHECK(live_line(hostile.load, plan()).find('\x1b') == std::string::npos);
  for (const auto& line : live_block(hostile.load, plan(), plain(10'000))) {
    CHECK(line.find('\x1b') == std::string::npos);
  }
}

TEST_CASE("A pipe is told every second at first, then every ten", "[app]") {
  CHECK(due_in_pipe(1, 0));
  CHECK(due_in_pipe(5, 4));
  CHECK_FALSE(due_in_pipe(6, 5));
  CHECK_FALSE(due_in_pipe(14, 5));
  CHECK(due_in_pipe(15, 5));
}

TEST_CASE("A load without ticks yet has its progress", "[app]") {
  CHECK(live_block({}, plan(), plain()).size() == 1);
  CHECK(live_line({}, plan()) ==
        "load 0 s of 60 s, stage 1 of 2: 50/s..200/s: 0 of 0 connected, 0 errors");
}
