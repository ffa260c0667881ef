// What the reports tell of a timeline.
#include "reports/timeline.hpp"

#include "reports/html.hpp"
#include "reports/json.hpp"
#include "reports/markdown.hpp"
#include "reports/merge.hpp"
#include "reports/prometheus.hpp"
#include "reports/terminal.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/sample_result.hpp"
#include "tests/support/sample_timeline.hpp"

using namespace handfast;
using namespace handfast::reports;
using Catch::Contains;

namespace {

reports::Result with_events() {
  auto result = tests::passing_result();
  result.timeline = tests::sample_timeline();
  return result;
}

/// One of two shards, each with a broker and a PKI of its own.
Part part_of(unsigned index) {
  Part part{"part.json", with_events()};
  part.result.thresholds.clear();
  part.result.shard = ShardInfo{.index = index,
                                .count = 2,
                                .fingerprint = "00112233445566aa",
                                .load_started_at = "2026-11-24T15:04:05.000Z",
                                .thresholds = {}};
  return part;
}

}  // namespace

TEST_CASE("when an event happened is told, with its plan where the two differ", "[reports]") {
  const auto events = tests::sample_timeline();
  CHECK(time_text(events[0]) == "at 4.00 s, took 0.31 s");
  CHECK(time_text(events[1]) == "at 8.25 s (planned for 8.00 s), took 0.02 s");
  CHECK(time_text(events[2]) == "planned for 12.00 s");
  CHECK(outcome_text(events[1]) == "failed: cannot write: No space left on device");
  CHECK(outcome_text(events[2]) == "not reached");
}

TEST_CASE("a timeline comes back from its JSON as it was", "[reports]") {
  auto result = with_events();
  result.timeline[0].shard = 3;
  const auto text = to_json_text(result);
  const auto back = parse_json(text, "result.json");
  REQUIRE(back);
  CHECK(back->timeline == result.timeline);
  // Results from before there was one, and those without, have no such member.
  CHECK(to_json_text(tests::passing_result()).find("\"timeline\"") == std::string::npos);
  CHECK(parse_json(to_json_text(tests::passing_result()), "result.json")->timeline.empty());
}

TEST_CASE("an outcome that no event has is refused with its place", "[reports]") {
  auto text = to_json_text(with_events());
  const std::string word = "\"not reached\"";
  const auto at = text.find(word);
  REQUIRE(at != std::string::npos);
  const auto back = parse_json(text.replace(at, word.size(), "\"missed\""), "result.json");
  REQUIRE_FALSE(back);
  CHECK(back.error().text() ==
        "result.json at /timeline/2/outcome: unknown outcome of an event \"missed\"");
}

TEST_CASE("terminal and Markdown list the events", "[reports]") {
  const auto summary = terminal_summary(with_events(), {});
  CHECK_THAT(summary, Contains("Timeline\n  broker restart  at 4.00 s, took 0.31 s\n"
                               "    done: pid 4711 stopped, then pid 4712 started; back after "));
  CHECK_THAT(summary, Contains("  pki revoke devices[0..99]  at 8.25 s (planned for 8.00 s), "
                               "took 0.02 s\n    failed: cannot write"));
  CHECK_THAT(summary, Contains("  broker reload  planned for 12.00 s\n    not reached\n"));
  CHECK_THAT(result_markdown(with_events()),
             Contains("## Timeline\n\n| when | event | outcome |\n") &&
                 Contains("| planned for 12.00 s | broker reload | not reached |\n"));
  CHECK(terminal_summary(tests::passing_result(), {}).find("Timeline") == std::string::npos);
  CHECK(result_markdown(tests::passing_result()).find("Timeline") == std::string::npos);
}

TEST_CASE("the page gets the events with its data, and hostile texts stay data", "[reports]") {
  auto result = with_events();
  result.timeline[1].detail = "</script><script>alert(1)</script>";
  const auto html = html_report(result);
  CHECK_THAT(html, Contains("broker restart"));
  CHECK(html.find("<script>alert(1)") == std::string::npos);
}

TEST_CASE("a merged timeline holds the events of all shards, by time and then by shard",
          "[reports]") {
  const auto merged = merge({part_of(1), part_of(0)});
  INFO((merged ? std::string() : merged.error().text()));
  REQUIRE(merged);
  const auto& events = merged->result.timeline;
  REQUIRE(events.size() == 6);
  for (std::size_t i = 0; i < events.size(); ++i) {
    INFO(i);
    CHECK(events[i].shard == i % 2);
    CHECK(events[i].what == tests::sample_timeline()[i / 2].what);
  }
  CHECK(outcome_text(events[1]).starts_with("shard 1: done: pid 4711"));
}

TEST_CASE("Prometheus counts the events that are over", "[reports]") {
  auto events = tests::sample_timeline();
  events.pop_back();
  events.push_back(events.front());
  const auto text = metrics_text({}, "1.2", events);
  CHECK_THAT(text, Contains("# TYPE handfast_timeline_events_total counter\n"));
  CHECK_THAT(text, Contains("handfast_timeline_events_total{subject=\"broker\",action=\"restart\","
                            "outcome=\"done\"} 2\n"));
  CHECK_THAT(text, Contains("handfast_timeline_events_total{subject=\"pki\",action=\"revoke\","
                            "outcome=\"failed\"} 1\n"));
  CHECK(metrics_text({}, "1.2").find("timeline") == std::string::npos);
}
