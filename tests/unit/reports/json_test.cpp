#include "reports/json.hpp"

#include <limits>

#include "tests/support/catch.hpp"
#include "tests/support/sample_result.hpp"

using namespace handfast;
using tests::same;

TEST_CASE("a result reads back equal from its JSON", "[reports]") {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const auto result = tests::sample_result(seed);
    const auto back = reports::parse_json(reports::to_json_text(result), "result.json");
    REQUIRE(back);
    CHECK(same(*back, result));
  }
  for (const auto& result :
       {tests::checks_only_result(), tests::load_only_result(), reports::Result{}}) {
    const auto back = reports::parse_json(reports::to_json_text(result), "result.json");
    REQUIRE(back);
    CHECK(same(*back, result));
  }
}

TEST_CASE("what datagrams did reads back from the JSON, and is absent over streams",
          "[reports][dtls]") {
  auto sample = tests::load_only_result();
  CHECK(reports::to_json_text(sample).find("datagrams") == std::string::npos);
  auto& fleet = sample.load.fleets[0];
  fleet.datagrams = stats::DatagramStats{.handshakes = 1,
                                         .cookies = 2,
                                         .retransmitted = 3,
                                         .retransmits = 4,
                                         .restarts = 13,
                                         .flights_sent = 5,
                                         .flights_received = 6,
                                         .datagrams_sent = 7,
                                         .datagrams_received = 8,
                                         .unsent = 9,
                                         .kernel_drops = 10,
                                         .impaired = 11,
                                         .oddities = {{"coap:too_short", 12}}};
  fleet.latency[stats::Phase::cookie].service.record(std::chrono::milliseconds(5));
  fleet.latency[stats::Phase::tls_clean].service.record(std::chrono::milliseconds(6));
  const auto read = reports::parse_json(reports::to_json_text(sample), "result.json");
  REQUIRE(read);
  CHECK(read->load.fleets[0] == fleet);
}

TEST_CASE("a fleet's role stands in the JSON, and only when it has one (S0-12)", "[reports]") {
  auto result = tests::sample_result();
  CHECK(reports::to_json_text(result).find("\"role\"") == std::string::npos);
  result.fleets.at(0).role = "Recording server";
  const auto text = reports::to_json_text(result);
  CHECK(text.find("\"role\": \"Recording server\"") != std::string::npos);
  const auto back = reports::parse_json(text, "result.json");
  REQUIRE(back);
  CHECK(back->fleets.at(0).role == "Recording server");
  CHECK(back->fleets.at(1).role.empty());
}

TEST_CASE("the comparison of these tests sees a difference in every part", "[reports]") {
  const auto result = tests::sample_result();
  const auto differs = [&result](auto change) {
    auto other = result;
    change(other);
    return !same(other, result);
  };
  CHECK(differs([](auto& r) { r.seed = 1; }));
  CHECK(differs([](auto& r) { r.load.ticks[3].fleets[1].connected += 1; }));
  CHECK(differs(
      [](auto& r) { r.load.ticks[3].all.latency.at(stats::Phase::ready).p99 += Nanos(1); }));
  CHECK(differs([](auto& r) { r.load.workers[1].lag.record(Nanos(5)); }));
  CHECK(differs(
      [](auto& r) { r.load.fleets[0].latency[stats::Phase::tls].service.record(Nanos(5)); }));
  CHECK(differs([](auto& r) { r.checks[2].observations[0].facts[0].second += "x"; }));
  CHECK_FALSE(differs([](auto&) {}));
}

TEST_CASE("histograms keep their exact ends and what was out of range", "[reports]") {
  const auto round_trip = [](const std::vector<std::int64_t>& nanos) {
    reports::Result result;
    auto& histogram = result.load.workers.emplace_back().lag;
    for (auto value : nanos) histogram.record(Nanos(value));
    const auto back = reports::parse_json(reports::to_json_text(result), "result.json");
    REQUIRE(back);
    CHECK(back->load.workers[0].lag == histogram);
  };
  round_trip({});
  round_trip({0});
  round_trip({1'234'567});
  round_trip({1'234'567, 1'234'568});
  round_trip({1'234'567, 7'654'321, 7'654'322, 999'999'999});
  round_trip({3, 4'000'000'000'000, 5'000'000'000'000});
  round_trip({4'000'000'000'000});
}

TEST_CASE("a percentile is never above the maximum", "[reports]") {
  reports::Result result;
  result.load.workers.emplace_back().lag.record(Nanos(1'234'567'891));
  const auto text = reports::to_json_text(result);
  CHECK(text.find("\"p99_s\": 1.234567891,") != std::string::npos);
  CHECK(text.find("\"max_s\": 1.234567891,") != std::string::npos);
}

TEST_CASE("lists of numbers stand on one line, one line for each figure of a series", "[reports]") {
  const auto text = reports::to_json_text(tests::sample_result());
  CHECK(
      text.find("\n      \"at_s\": [1.0,2.0,3.0,4.0,5.0,6.0,7.0,8.0,9.0,10.0,11.0,12.0,13.0,14.0],"
                "\n") != std::string::npos);
}

TEST_CASE("a column that does not fit its ticks is refused with its place", "[reports]") {
  const auto refused = [](std::string_view old, std::string_view other) {
    auto text = reports::to_json_text(tests::sample_result());
    const auto at = text.find(old, text.find("\"series\""));
    REQUIRE(at != std::string::npos);
    text.replace(at, old.size(), other);
    const auto back = reports::parse_json(text, "result.json");
    REQUIRE_FALSE(back);
    return back.error().text();
  };
  CHECK(refused("\"rss_bytes\": [", "\"rss_bytes\": [1,") ==
        "result.json at /load/series/broker/rss_bytes: 15 values for 14 ticks");
  CHECK(refused("\"ticks\": [8]", "\"ticks\": [14]") ==
        "result.json at /load/series/all/failures/0/ticks/0: no tick 14");
  CHECK(refused("\"tcp\": {", "\"tpc\": {") ==
        "result.json at /load/series/all/latency/tpc: unknown phase");
}

TEST_CASE("hostile texts survive; bytes that are no UTF-8 become U+FFFD", "[reports]") {
  const auto text = reports::to_json_text(tests::hostile_result());
  const auto back = reports::parse_json(text, "result.json");
  REQUIRE(back);
  CHECK(back->scenario_name.find("</script><script>") == 0);
  CHECK(back->scenario_name.find("\x01 \xef\xbf\xbd\xef\xbf\xbd ") != std::string::npos);
  CHECK(reports::to_json_text(*back) == text);
}

TEST_CASE("numbers that are not finite are written as 0", "[reports]") {
  reports::Result result;
  result.duration_s = std::numeric_limits<double>::quiet_NaN();
  result.load.elapsed_s = std::numeric_limits<double>::infinity();
  const auto back = reports::parse_json(reports::to_json_text(result), "result.json");
  REQUIRE(back);
  CHECK(back->duration_s == 0);
  CHECK(back->load.elapsed_s == 0);
}

TEST_CASE("members that a later version added are ignored", "[reports]") {
  auto text = reports::to_json_text(tests::passing_result());
  text.insert(text.find("\"exit_code\""), "\"from_the_future\": {\"a\": [1]}, ");
  const auto back = reports::parse_json(text, "result.json");
  REQUIRE(back);
  CHECK(same(*back, tests::passing_result()));
}
