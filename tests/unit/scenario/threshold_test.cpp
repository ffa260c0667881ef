#include "harness/scenario/threshold.hpp"

#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::scenario;
using namespace std::chrono_literals;

namespace {

std::string error(std::string_view text) {
  auto threshold = parse_threshold(text);
  return threshold ? "no error" : threshold.error().text();
}

/// 100 samples of 1 ms to 100 ms, service times a tenth of them; 98 of 100 connections succeeded in
/// 2 s, one of them in the drain after it.
stats::Snapshot snapshot() {
  stats::FleetStats fleet;
  fleet.name = "sensors";
  fleet.started = 100;
  fleet.succeeded = 98;
  fleet.load_s = 2;
  fleet.planned = 105;
  fleet.ready_in_time = 97;
  fleet.failed = 2;
  fleet.dropped = 5;
  fleet.resumed = 3;
  fleet.distinct_certificates = 50;
  for (int i = 1; i <= 100; ++i) {
    fleet.latency[stats::Phase::tls].response.record(i * 1ms);
    fleet.latency[stats::Phase::tls].service.record(i * 100us);
  }
  stats::FleetStats idle;
  idle.name = "idle";
  stats::Snapshot out;
  out.elapsed_s = 3;
  out.fleets = {fleet, idle};
  return out;
}

reports::ThresholdResult result_of(std::string_view text, const CheckCounts& checks = {}) {
  return evaluate({parse_threshold(text).value()}, snapshot(), checks).at(0);
}

}  // namespace

TEST_CASE("a threshold is parsed into its parts", "[scenario]") {
  const auto threshold = parse_threshold("sensors.handshake.service.p99.9<=1.5ms").value();
  CHECK(threshold.expression == "sensors.handshake.service.p99.9 <= 1.5ms");
  CHECK(threshold.fleet == "sensors");
  CHECK(threshold.metric->phase == stats::Phase::tls);
  CHECK(threshold.service);
  CHECK(threshold.statistic->quantile == 0.999);
  CHECK(threshold.comparison == Comparison::less_equal);
  CHECK(threshold.value == 1.5e6);
  CHECK(parse_threshold("sensors.tls.max < 1s").value().metric->phase == stats::Phase::tls);
  CHECK(parse_threshold("checks.failed == 0").value().fleet.empty());
  CHECK(parse_threshold("a.rate >= 90/m").value().value == Approx(1.5));
}

TEST_CASE("every metric and statistic of the table can be written", "[scenario]") {
  for (const auto& metric : metrics()) {
    const auto owner = metric.scope == Scope::checks ? "checks." : "fleet.";
    const auto value = metric.unit == Unit::duration ? " < 1s"
                       : metric.unit == Unit::rate   ? " < 1/s"
                       : metric.unit == Unit::share  ? " < 1%"
                                                     : " < 1";
    INFO(metric.name);
    CHECK_FALSE(metric.description.empty());
    if (!metric.phase) {
      CHECK(error(owner + std::string(metric.name) + value) == "no error");
      continue;
    }
    for (const auto& statistic : statistics()) {
      CHECK(error(owner + std::string(metric.name) + "." + std::string(statistic.name) + value) ==
            "no error");
      CHECK(error(owner + std::string(metric.name) + ".service." + std::string(statistic.name) +
                  value) == "no error");
    }
  }
  CHECK(notation(*find_metric(Scope::fleet, "ready")) == "FLEET.ready[.service].STATISTIC");
  CHECK(notation(*find_metric(Scope::checks, "failed")) == "checks.failed");
}

TEST_CASE("a threshold that makes no sense says why", "[scenario]") {
  const std::string statistics_hint = " (one of: min, mean, p50, p90, p95, p99, p99.9, max)";
  const std::string example = " (write for example sensors.handshake.p99 < 50ms)";
  CHECK(error("sensors.errors") == "threshold \"sensors.errors\" compares nothing" + example);
  CHECK(error("a.errors =! 0") ==
        "threshold \"a.errors =! 0\" has no operator that is known (one of: <, <=, >, >=, ==, !=)");
  CHECK(error("errors == 0") == "\"errors\" names no metric" + example);
  CHECK(error(".errors == 0") == "\".errors\" names no metric" + example);
  CHECK(error("== 0") == "\"\" names no metric" + example);
  CHECK(error("a.erors == 0") == "unknown metric \"erors\" (did you mean \"errors\"?)");
  CHECK(error("checks.faild == 0") == "unknown metric \"faild\" (did you mean \"failed\"?)");
  CHECK(error("a.handshake < 1s") ==
        "\"handshake\" is a latency and needs a statistic" + statistics_hint);
  CHECK(error("a.handshake.service < 1s") ==
        "\"handshake\" is a latency and needs a statistic" + statistics_hint);
  CHECK(error("a.handshake.p98 < 1s") == "unknown statistic \"p98\"" + statistics_hint);
  CHECK(error("a.errors.p99 == 0") ==
        "\"errors\" is one number and takes no statistic (write a.errors)");
  CHECK(error("a.handshake.p99 < 50") ==
        "a.handshake.p99: duration \"50\" has no unit (write for example 500ms, 30s or 5m)");
  CHECK(error("a.handshake.p99 < 50/s") ==
        "a.handshake.p99: \"50/s\" is not a duration (write for example 500ms, 30s or 5m)");
  CHECK(error("a.errors == 1%") ==
        "a.errors: \"1%\" is not a count (write a whole number, for example 2000)");
  CHECK(error("a.errors == -1") ==
        "a.errors: \"-1\" is not a count (write a whole number, for example 2000)");
  CHECK(error("a.errors ==") ==
        "a.errors: \"\" is not a count (write a whole number, for example 2000)");
  CHECK(error("a.rate >= 95") ==
        "a.rate: rate \"95\" has no unit (write for example 500/s or 30/m)");
}

TEST_CASE("thresholds are evaluated on what was measured", "[scenario]") {
  struct Row {
    const char* expression;
    bool passed;
    const char* observed;
  };
  for (const auto& row :
       std::vector<Row>{{"sensors.handshake.p50 < 51ms", true, "50.0 ms"},
                        {"sensors.handshake.p50 < 50ms", false, "50.0 ms"},
                        {"sensors.handshake.max <= 100ms", true, "100 ms"},
                        {"sensors.handshake.min == 1ms", true, "1.00 ms"},
                        {"sensors.handshake.min > 1ms", false, "1.00 ms"},
                        {"sensors.handshake.mean < 51ms", true, "50.5 ms"},
                        {"sensors.handshake.service.max <= 10ms", true, "10.0 ms"},
                        {"sensors.handshake.service.max < 1ms", false, "10.0 ms"},
                        {"sensors.errors == 0", false, "2"},
                        {"sensors.errors != 0", true, "2"},
                        {"sensors.errors < 3", true, "2"},
                        {"sensors.errors > 2", false, "2"},
                        {"sensors.errors >= 2", true, "2"},
                        {"sensors.connections >= 98", true, "98"},
                        {"sensors.connections >= 99", false, "98"},
                        {"sensors.started == 100", true, "100"},
                        {"sensors.dropped == 5", true, "5"},
                        {"sensors.resumed == 3", true, "3"},
                        {"sensors.distinct_certificates >= 50", true, "50"},
                        {"sensors.rate >= 48.5/s", true, "48.5/s"},
                        {"sensors.rate > 48.5/s", false, "48.5/s"},
                        {"sensors.offered == 52.5/s", true, "52.5/s"},
                        {"idle.started == 0", true, "0"}}) {
    const auto result = result_of(row.expression);
    INFO(row.expression);
    CHECK(result.expression == row.expression);
    CHECK(result.evaluated);
    CHECK(result.passed == row.passed);
    CHECK(result.observed == row.observed);
  }
}

TEST_CASE("a metric without samples is not passed and says so", "[scenario]") {
  for (const auto& [expression, observed] : std::vector<std::pair<const char*, const char*>>{
           {"sensors.upgrade.p99 < 1s", "no samples"},
           {"idle.handshake.p99 < 1s", "no samples"},
           {"idle.errors == 0", "no connection was started"},
           {"idle.rate >= 0/s", "no connection was started"},
           {"nobody.errors == 0", "the fleet did not run"},
           {"checks.failed == 0", "no check ran"}}) {
    const auto result = result_of(expression);
    INFO(expression);
    CHECK_FALSE(result.evaluated);
    CHECK_FALSE(result.passed);
    CHECK(result.observed == observed);
  }
}

TEST_CASE("checks are counted by verdict", "[scenario]") {
  using reports::Verdict;
  std::vector<reports::CheckResult> checks;
  for (auto verdict : {Verdict::pass, Verdict::pass, Verdict::fail, Verdict::warn, Verdict::info,
                       Verdict::skip, Verdict::inconclusive, Verdict::error}) {
    checks.emplace_back().verdict = verdict;
  }
  const auto counts = count_checks(checks);
  CHECK(counts.total() == 8);
  CHECK(result_of("checks.passed == 2", counts).passed);
  CHECK(result_of("checks.failed == 1", counts).passed);
  CHECK(result_of("checks.warned == 1", counts).passed);
  CHECK(result_of("checks.informed == 1", counts).passed);
  CHECK(result_of("checks.skipped == 1", counts).passed);
  CHECK(result_of("checks.inconclusive == 1", counts).passed);
  CHECK(result_of("checks.errors == 1", counts).passed);
  CHECK_FALSE(result_of("checks.failed == 0", counts).passed);
  CHECK(result_of("checks.failed == 0", counts).observed == "1");
}
