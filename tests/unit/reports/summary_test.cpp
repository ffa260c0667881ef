#include "reports/summary.hpp"

#include <utility>

#include "tests/support/catch.hpp"
#include "tests/support/sample_result.hpp"

using namespace handfast;
using namespace handfast::reports;
using Texts = std::vector<std::string>;

TEST_CASE("failure causes are told in words, with alert name and number", "[reports]") {
  const std::vector<std::pair<std::string, std::string>> table{
      {"alert_received:certificate_required(116)", "alert certificate_required (116) received"},
      {"alert_sent:unknown_ca(48)", "alert unknown_ca (48) sent"},
      {"verify:cert_has_expired(10)", "verification failed: certificate has expired (10)"},
      {"connack:not_authorized(5)", "CONNACK not_authorized (5)"},
      {"http:404", "HTTP status 404"},
      {"errno:ECONNREFUSED", "ECONNREFUSED"},
      {"deadline", "no answer before the deadline"},
      {"closed", "closed by the broker"},
      {"tls:protocol", "TLS protocol error"},
      {"mqtt:malformed", "malformed MQTT packet"},
      {"something:else", "something:else"},
      {"", ""}};
  for (const auto& [cause, words] : table) CHECK(describe_cause(cause) == words);
}

TEST_CASE("the headline names the weightiest reason first", "[reports]") {
  const auto head = headline(tests::sample_result());
  CHECK(to_string(head.outcome) == "ERROR");
  CHECK(head.reasons == Texts{"1 check ended in an error of handfast itself",
                              "1 check stayed inconclusive", "1 check failed",
                              "3 thresholds missed"});
}

TEST_CASE("a passed headline says what was shown", "[reports]") {
  const auto head = headline(tests::passing_result());
  CHECK(to_string(head.outcome) == "PASSED");
  CHECK(head.reasons == Texts{"9 checks passed", "4 thresholds held", "4,200 connections made"});
  CHECK(headline({}).reasons.empty());
}

TEST_CASE("each outcome has its word and its reasons", "[reports]") {
  auto result = tests::passing_result();
  result.broker.died = "killed by signal 9 (Killed)";
  CHECK(to_string(headline(result).outcome) == "FAILED");
  CHECK(headline(result).reasons ==
        Texts{"the broker ended by itself: killed by signal 9 (Killed)"});
  result.valid = false;
  CHECK(to_string(headline(result).outcome) == "NOT VALID");
  CHECK(headline(result).reasons.front() == "the run is marked as not valid");
  result.invalid_reasons = {"worker 0 used 97 % of its core"};
  CHECK(headline(result).reasons.front() == "worker 0 used 97 % of its core");
  result.problems.push_back(
      environment_problem("no such program", "mosquitto", "apt-get install mosquitto"));
  CHECK(to_string(headline(result).outcome) == "ERROR");
  CHECK(headline(result).reasons.front() ==
        "mosquitto: no such program (apt-get install mosquitto)");
  result.interrupted = true;
  CHECK(to_string(headline(result).outcome) == "INTERRUPTED");
  CHECK(headline(result).reasons.front() ==
        "stopped before its end; what was measured until then is reported");
}

TEST_CASE("checks are grouped in the order of their first appearance", "[reports]") {
  const auto result = tests::sample_result();
  const auto groups = group_checks(result);
  REQUIRE(groups.size() == 3);
  CHECK(groups[0].name == "emqx-guide");
  CHECK(groups[1].name == "client-chain");
  CHECK(groups[1].counts.total() == 9);
  CHECK(groups[1].counts.text() ==
        "3 passed, 1 failed, 1 warned, 1 info, 1 skipped, 1 inconclusive, 1 in error");
  CHECK(groups[1].checks.back()->id == "client-ed25519");
  CHECK(groups[2].counts.text() == "1 passed");
  CHECK(VerdictCounts{}.text() == "none");
}

TEST_CASE("rates count the time of the load and what happened in it, not the drain after it",
          "[reports]") {
  stats::FleetStats fleet;
  CHECK(rates_of(fleet).offered_per_s == 0);  // nothing ran
  fleet.load_s = 4;
  fleet.planned = 400;
  fleet.started = 390;
  fleet.started_in_time = 360;
  fleet.succeeded = 380;
  fleet.ready_in_time = 300;
  CHECK(rates_of(fleet).offered_per_s == 100);
  CHECK(rates_of(fleet).started_per_s == 90);
  CHECK(rates_of(fleet).achieved_per_s == 75);
}

TEST_CASE("rates of fleets side by side add up, those of fleets one after another do not",
          "[reports]") {
  CHECK(rates_of(stats::Snapshot{}).offered_per_s == 0);
  stats::FleetStats fleet;
  fleet.load_s = 10;
  fleet.planned = 1500;
  fleet.started_in_time = 1490;
  fleet.ready_in_time = 1480;
  stats::Snapshot load;
  load.fleets = {fleet, fleet};
  CHECK(rates_of(load).offered_per_s == 300);
  load.fleets[0].warm_up.length_s = 11;  // a second of pause between them, and not in their order
  CHECK(rates_of(load).offered_per_s == 150);
  CHECK(rates_of(load).started_per_s == 149);
  CHECK(rates_of(load).achieved_per_s == 148);
  load.fleets[0].warm_up.length_s = 5;  // half of the time both
  CHECK(rates_of(load).offered_per_s == 200);
  fleet.load_s = 2;
  load.fleets = {load.fleets[1], fleet};  // one within the other
  CHECK(rates_of(load).offered_per_s == 300);
}

TEST_CASE("the most frequent failures of all fleets come first, up to the limit", "[reports]") {
  const auto result = tests::sample_result();
  const auto all = top_failures(result.load, 10);
  REQUIRE(all.size() == 5);
  CHECK(all[0].text == "alert certificate_required (116) received");
  CHECK(all[0].count == 7);
  CHECK(all[1].fleet == "browsers");
  CHECK(all[3].fleet == "browsers");  // equal counts: by fleet
  CHECK(all[4].fleet == "devices");
  CHECK(top_failures(result.load, 2).size() == 2);
}

TEST_CASE("the generator's health adds its workers up", "[reports]") {
  const auto health = generator_health(tests::sample_result().load);
  CHECK(health.workers == 2);
  CHECK(health.cores_used == Approx((6.1 + 6.5) / 15.2));
  CHECK(health.lag.count() == 10000);
  CHECK(health.dropped == 2);
}

TEST_CASE("numbers are printed for people", "[reports]") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1000) == "1,000");
  CHECK(grouped(18'446'744'073'709'551'615ULL) == "18,446,744,073,709,551,615");
  CHECK(short_number(0.428) == "0.43");
  CHECK(short_number(9.999) == "10.0");
  CHECK(short_number(99.96) == "100");
  CHECK(short_number(1234.4) == "1,234");
  CHECK(short_number(-1) == "0");
  CHECK(counted(1, "check", "checks") == "1 check");
  CHECK(counted(0, "check", "checks") == "0 checks");
}
