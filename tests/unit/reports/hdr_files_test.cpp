// The formats themselves are judged by their Java library: tests/integration/reports.
#include "reports/hdr_files.hpp"

#include "core/base/text.hpp"
#include "reports/distributions.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/sample_result.hpp"

using namespace handfast;
using namespace std::chrono_literals;

TEST_CASE("a histogram log has one tagged line for each distribution", "[reports]") {
  const auto lines = split(reports::hlog_text(tests::sample_result()), '\n');
  REQUIRE(lines.size() > 6);
  CHECK(lines[1] == "#[Histogram log format version 1.3]");
  CHECK(lines[2].starts_with("#[StartTime: "));
  CHECK(lines[3] ==
        "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_CompressedHistogram\"");
  CHECK(lines[4].starts_with("Tag=devices.tcp,0.000,15.200,"));
  stats::Histogram lag;
  const auto result = tests::sample_result();
  // Four lines before, and nothing behind the last newline.
  CHECK(lines.size() == 4 + reports::distributions_of(result, lag).size() + 1);
}

TEST_CASE("a histogram in a log is the one of the result", "[reports]") {
  const auto result = tests::sample_result();
  const auto line = split(reports::hlog_text(result), '\n').at(4);
  const auto decoded = stats::Histogram::decode(line.substr(line.rfind(',') + 1));
  REQUIRE(decoded);
  const auto& original = result.load.fleets[0].latency.at(stats::Phase::tcp).response;
  CHECK(decoded->count() == original.count());
  CHECK(decoded->quantile(0.99) == original.quantile(0.99));
}

TEST_CASE("names cannot break the lines of a histogram log", "[reports]") {
  reports::Result result;
  auto& fleet = result.load.fleets.emplace_back();
  fleet.name = "a,b c\n=d";
  fleet.latency[stats::Phase::tls].service.record(3ms);
  const auto lines = split(reports::hlog_text(result), '\n');
  REQUIRE(lines.size() == 6);
  CHECK(lines[4].starts_with("Tag=a_b_c\\x0a_d.handshake.service,0.000,0.000,3.000,"));
}

TEST_CASE("a percentile distribution ends with its moments", "[reports]") {
  stats::Histogram histogram;
  histogram.record(1ms, 3);
  histogram.record(2ms);
  const auto lines = split(reports::hgrm_text(histogram), '\n');
  // 1 ms lies in the bucket up to 1,000,447 ns, 2 ms in the one up to 2,000,895 ns.
  CHECK(lines[0] == "       Value     Percentile TotalCount 1/(1-Percentile)");
  CHECK(lines[2] == "       1.000 0.000000000000          3           1.00");
  CHECK(lines[lines.size() - 5] == "       2.001 1.000000000000          4");
  CHECK(lines[lines.size() - 4] == "#[Mean    =        1.250, StdDeviation   =        0.433]");
  CHECK(lines[lines.size() - 3] == "#[Max     =        2.001, Total count    =            4]");
  CHECK(lines[lines.size() - 2] == "#[Buckets =           32, SubBuckets     =         2048]");
}

TEST_CASE("an empty distribution has no lines and no mean", "[reports]") {
  const auto lines = split(reports::hgrm_text({}), '\n');
  REQUIRE(lines.size() == 6);
  CHECK(lines[2] == "#[Mean    =        0.000, StdDeviation   =        0.000]");
}

TEST_CASE("a distribution is chosen by name", "[reports]") {
  const auto result = tests::sample_result();
  CHECK(reports::hgrm_of(result, "devices.handshake.service"));
  const auto unknown = reports::hgrm_of(result, "devices.handshak");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().text() ==
        "there is no distribution \"devices.handshak\" (did you mean \"devices.handshake\"?)");
  const auto none = reports::hgrm_of(result, "");
  REQUIRE_FALSE(none);
  CHECK(none.error().message == "an .hgrm file holds one distribution");
  const auto empty = reports::hgrm_of(tests::checks_only_result(), "");
  REQUIRE_FALSE(empty);
  CHECK(empty.error().text() ==
        "the result holds no latency distribution (only a run with fleets measures latencies)");
}
