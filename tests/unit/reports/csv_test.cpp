#include "reports/csv.hpp"

#include "core/base/text.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/sample_result.hpp"

using namespace handfast;
using namespace std::chrono_literals;

TEST_CASE("the time series as CSV has a row for each tick and fleet", "[reports]") {
  const auto result = tests::sample_result();
  const auto lines = split(reports::csv_text(result), '\n');
  const auto fleets = result.load.ticks.front().fleets.size();
  REQUIRE(fleets == 2);
  CHECK(lines.size() == 1 + result.load.ticks.size() * (fleets + 1) + 1);
  CHECK(lines[0].starts_with("at_s,tick_s,fleet,planned,started,ready,succeeded,"));
  CHECK(lines[1].starts_with("1.000,1.000,,"));
  CHECK(lines[2].starts_with("1.000,1.000,devices,"));
  const auto columns = split(lines[0], ',').size();
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
    INFO(i);
    CHECK(split(lines[i], ',').size() == columns);
  }
}

TEST_CASE("CSV quotes what would break it and defuses formulas", "[reports]") {
  reports::Result result;
  auto& tick = result.load.ticks.emplace_back();
  tick.at_s = 1;
  tick.fleets.emplace_back().name = "=1+1, \"x\"";
  const auto lines = split(reports::csv_text(result), '\n');
  CHECK(lines.at(2).starts_with("1.000,1.000,\"'=1+1, \"\"x\"\"\",0,"));
}

TEST_CASE("a tick without samples has no percentiles in CSV", "[reports]") {
  reports::Result result;
  auto& first = result.load.ticks.emplace_back();
  first.at_s = 1;
  first.all.latency[stats::Phase::tls] = {
      .count = 2, .p50 = 1ms, .p90 = 2ms, .p99 = 2ms, .p99_9 = 2ms, .max = 2ms};
  result.load.ticks.emplace_back().at_s = 2;
  const auto lines = split(reports::csv_text(result), '\n');
  CHECK(lines.at(1).find(",2,0.001,0.002,0.002,0.002,0.002,") != std::string::npos);
  CHECK(lines.at(2).find(",0,,,,,,") != std::string::npos);
}

TEST_CASE("a result without a load is a CSV with a header alone", "[reports]") {
  CHECK(split(reports::csv_text(tests::checks_only_result()), '\n').size() == 2);
}
