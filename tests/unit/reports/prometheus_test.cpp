#include "reports/prometheus.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/sample_result.hpp"

using namespace handfast;
using namespace std::chrono_literals;

namespace {

bool has_line(const std::string& text, const std::string& line) {
  const auto lines = split(text, '\n');
  return std::ranges::find(lines, line) != lines.end();
}

stats::Snapshot one_fleet() {
  stats::Snapshot snapshot;
  snapshot.elapsed_s = 2;
  auto& fleet = snapshot.fleets.emplace_back();
  fleet.name = "devices";
  fleet.listener = "tls";
  fleet.planned = 12;
  fleet.started = 10;
  fleet.succeeded = 7;
  fleet.failed = 2;
  fleet.failures[{"tls", "alert_received:unknown_ca(48)"}] = 2;
  return snapshot;
}

}  // namespace

TEST_CASE("counts of a fleet are counters with its labels", "[reports]") {
  const auto text = reports::metrics_text(one_fleet(), "1.2");
  CHECK(has_line(text, "handfast_build_info{version=\"1.2\"} 1"));
  CHECK(has_line(text, "# TYPE handfast_starts_planned_total counter"));
  CHECK(has_line(text, "handfast_starts_planned_total{fleet=\"devices\",listener=\"tls\"} 12"));
  CHECK(has_line(text,
                 "handfast_connections_ended_total{fleet=\"devices\",listener=\"tls\",outcome="
                 "\"failed\"} 2"));
  CHECK(has_line(text,
                 "handfast_failures_total{fleet=\"devices\",listener=\"tls\",phase=\"tls\",cause="
                 "\"alert_received:unknown_ca(48)\"} 2"));
  CHECK(has_line(text, "handfast_connections_in_flight{fleet=\"devices\",listener=\"tls\"} 1"));
}

TEST_CASE("a histogram has cumulative buckets up to infinity", "[reports]") {
  auto snapshot = one_fleet();
  auto& times = snapshot.fleets[0].latency[stats::Phase::tls].response;
  times.record(300us, 4);
  times.record(20ms, 5);
  times.record(2min);
  const auto text = reports::metrics_text(snapshot, "1");
  const auto bucket = [&text](const char* bound, int count) {
    return has_line(text, fmt::format("handfast_phase_seconds_bucket{{fleet=\"devices\",listener="
                                      "\"tls\",phase=\"tls\",time=\"response\",le=\"{}\"}} {}",
                                      bound, count));
  };
  CHECK(bucket("0.0001", 0));
  CHECK(bucket("0.00025", 0));
  CHECK(bucket("0.0005", 4));
  CHECK(bucket("0.01", 4));
  CHECK(bucket("0.025", 9));
  CHECK(bucket("60", 9));
  CHECK(bucket("+Inf", 10));
  CHECK(has_line(text,
                 "handfast_phase_seconds_count{fleet=\"devices\",listener=\"tls\",phase=\"tls\","
                 "time=\"response\"} 10"));
}

TEST_CASE("datagrams of a fleet over DTLS are counted by what became of them", "[reports]") {
  auto snapshot = one_fleet();
  CHECK(reports::metrics_text(snapshot, "1").find("handfast_datagrams_total") == std::string::npos);
  snapshot.fleets[0].datagrams.emplace().kernel_drops = 3;
  CHECK(has_line(reports::metrics_text(snapshot, "1"),
                 "handfast_datagrams_total{fleet=\"devices\",listener=\"tls\",event=\"dropped_by_"
                 "kernel\"} 3"));
}

TEST_CASE("families without members are left out", "[reports]") {
  const auto text = reports::metrics_text({}, "1");
  CHECK(text.find("handfast_failures_total") == std::string::npos);
  CHECK(text.find("handfast_broker") == std::string::npos);
  CHECK(has_line(text, "handfast_load_elapsed_seconds 0"));
}

TEST_CASE("label values of any bytes make well-formed metrics", "[reports]") {
  auto snapshot = one_fleet();
  snapshot.fleets[0].name = "a\"b\\c\nd\xff";
  const auto text = reports::metrics_text(snapshot, "1");
  CHECK(has_line(text,
                 "handfast_starts_planned_total{fleet=\"a\\\"b\\\\c\\\\x0ad?\",listener=\"tls\"}"
                 " 12"));
}
