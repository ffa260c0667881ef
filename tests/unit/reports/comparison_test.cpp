#include "reports/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/random.hpp"
#include "reports/comparison_reports.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/sample_result.hpp"

using namespace handfast;
using reports::ChangeVerdict;
using reports::ComparedRun;
using reports::CompareOptions;
using stats::Phase;

namespace {

using Side = std::vector<ComparedRun>;

double normal(Random& random) {
  const double radius = std::sqrt(-2 * std::log(1 - random.unit()));
  return radius * std::cos(2 * 3.14159265358979323846 * random.unit());
}

void fill(stats::FleetStats& fleet, Random& random, Phase phase, double typical_us) {
  // One factor for the whole run: what makes runs differ is not what makes samples differ.
  const double weather = std::exp(0.12 * normal(random));
  auto& times = fleet.latency[phase].response;
  for (int i = 0; i < 200; ++i) {
    const double us = typical_us * weather * std::exp(0.4 * normal(random));
    times.record(Nanos(std::llround(us * 1000)));
  }
}

/// A run whose latencies are `slower` times those of another one.
ComparedRun run(Random& random, const std::string& file, double slower = 1) {
  ComparedRun out{.file = file, .result = {}, .from_matrix = false};
  auto& result = out.result;
  result.started_at = fmt::format("2026-11-28T02:{:02}:00Z", random.below(60));
  result.broker = {.driver = "mosquitto", .version = "2.0.11"};
  result.broker.watched = true;
  result.broker.cpu_seconds = 2 * slower * std::exp(0.05 * normal(random));
  result.broker.rss_max_bytes = 20'000'000 + random.below(400'000);
  result.scenario_resolved = "handfast: 1\nname: a\nseed: 1\nfleets:\n  devices: {clients: 9}\n";
  auto& fleet = result.load.fleets.emplace_back();
  fleet.name = "devices";
  fleet.load_s = 10;
  fleet.planned = fleet.started = fleet.succeeded = 1000;
  fleet.ready_in_time = 995 + random.below(6);
  fill(fleet, random, Phase::tls, 3000 * slower);
  fill(fleet, random, Phase::ready, 4500 * slower);
  fleet.negotiated["version"]["TLS 1.3"] = 1000;
  return out;
}

Side side(Random& random, const std::string& name, std::size_t runs, double slower = 1) {
  Side out;
  for (std::size_t i = 0; i < runs; ++i) {
    out.push_back(run(random, fmt::format("{}{}.json", name, i), slower));
  }
  return out;
}

const reports::MetricChange& row_of(const reports::Comparison& comparison, const char* name) {
  const auto found =
      std::ranges::find(comparison.metrics, std::string(name),
                        [](const auto& row) -> const std::string& { return row.metric.name; });
  REQUIRE(found != comparison.metrics.end());
  return *found;
}

std::string refusal(const Side& base, const Side& fresh, const CompareOptions& options = {}) {
  const auto comparison = reports::compare(base, fresh, options);
  return comparison ? "compared" : comparison.error().text();
}

}  // namespace

TEST_CASE("runs of the same build show no difference in 19 of 20 comparisons", "[reports]") {
  Random random(4242);
  int quiet = 0;
  constexpr int comparisons = 60;
  for (int i = 0; i < comparisons; ++i) {
    const auto compared =
        reports::compare(side(random, "a", 5), side(random, "b", 5), {.bootstrap = {2'000, 1}});
    REQUIRE(compared);
    CHECK(compared->judged >= 6);
    quiet += std::ranges::all_of(compared->metrics, [](const auto& row) {
      return row.verdict == ChangeVerdict::no_difference_shown;
    });
  }
  CHECK(quiet >= 57);
}

TEST_CASE("a broker twice as slow is found worse, and the other way round better", "[reports]") {
  Random random(5);
  const auto fast = side(random, "a", 5);
  const auto slow = side(random, "b", 5, 2);
  const auto worse = reports::compare(fast, slow, {});
  REQUIRE(worse);
  const auto& p50 = row_of(*worse, "devices.handshake.p50");
  CHECK(p50.verdict == ChangeVerdict::worse);
  CHECK(p50.change == Approx(1).margin(0.35));
  REQUIRE(p50.interval);
  CHECK(p50.interval->low > 0.05);
  CHECK(row_of(*worse, "broker.cpu_per_connection").verdict == ChangeVerdict::worse);
  CHECK(row_of(*worse, "devices.rate").verdict == ChangeVerdict::no_difference_shown);
  CHECK(row_of(*worse, "devices.error_share").note == "the same in every run");
  CHECK(reports::exit_code_for(*worse) == 1);

  const auto better = reports::compare(slow, fast, {});
  REQUIRE(better);
  CHECK(row_of(*better, "devices.handshake.p50").verdict == ChangeVerdict::better);
  CHECK(reports::exit_code_for(*better) == 0);
}

TEST_CASE("a tolerance that covers the change makes it none", "[reports]") {
  Random random(5);
  const auto fast = side(random, "a", 5);
  const auto slow = side(random, "b", 5, 1.6);
  CompareOptions options;
  options.tolerances["devices.handshake.p50"] = 1;
  options.baseline = reports::Baseline{};
  options.baseline->tolerances = {{"devices.handshake.p50", 0}, {"devices.ready.p50", 1}};
  const auto compared = reports::compare(fast, slow, options);
  REQUIRE(compared);
  CHECK(row_of(*compared, "devices.handshake.p50").verdict == ChangeVerdict::no_difference_shown);
  CHECK(row_of(*compared, "devices.ready.p50").verdict == ChangeVerdict::no_difference_shown);
  CHECK(row_of(*compared, "broker.cpu_per_connection").verdict == ChangeVerdict::worse);
  options.tolerances["devices.handshke.p50"] = 1;
  CHECK(refusal(fast, slow, options) ==
        "there is no metric \"devices.handshke.p50\" to tolerate a change of (did you mean "
        "\"devices.handshake.p50\"?)");
}

TEST_CASE("the same comparison has the same numbers", "[reports]") {
  Random random(11);
  const auto base = side(random, "a", 5);
  const auto fresh = side(random, "b", 5);
  CHECK(reports::comparison_json_text(*reports::compare(base, fresh, {})) ==
        reports::comparison_json_text(*reports::compare(base, fresh, {})));
}

TEST_CASE("one run a side is told and not judged", "[reports]") {
  Random random(5);
  const auto compared = reports::compare(side(random, "a", 1), side(random, "b", 1, 3), {});
  REQUIRE(compared);
  CHECK(compared->judged == 0);
  const auto& row = row_of(*compared, "devices.handshake.p50");
  CHECK(row.verdict == ChangeVerdict::not_judged);
  CHECK(row.change > 1);
  CHECK_FALSE(row.interval);
  CHECK(reports::exit_code_for(*compared) == 0);
  REQUIRE(compared->notes.size() == 1);
  CHECK(compared->notes[0] ==
        "one run a side shows no noise, so nothing is judged: 3 a side are the least, five are "
        "better");
}

TEST_CASE("runs of other machines, scenarios and TLS parameters are refused", "[reports]") {
  Random random(5);
  const auto base = side(random, "a", 3);
  auto fresh = side(random, "b", 3);
  fresh[1].result.machine.cores = 64;
  CHECK(refusal(base, fresh) ==
        "the runs are not alike: cores: 0 in a0.json, 64 in b1.json (--accept machine compares "
        "them all the same)");
  fresh = side(random, "b", 3);
  fresh[2].result.scenario_resolved =
      "handfast: 1\nname: other\nseed: 1\nfleets:\n  devices: {clients: 10}\n";
  CHECK(refusal(base, fresh) ==
        "the runs are not alike: load: devices: {clients: 9} in a0.json, devices: {clients: 10} in "
        "b2.json (--accept scenario compares them all the same)");
  fresh[0].result.load.fleets[0].negotiated["version"] = {{"TLS 1.2", 1000}};
  const auto both = reports::compare(base, fresh, {});
  REQUIRE_FALSE(both);
  CHECK(both.error().hint == "--accept tls --accept scenario compares them all the same");
  const auto accepted = reports::compare(
      base, fresh, {.accepted = {reports::Aspect::tls, reports::Aspect::scenario}});
  REQUIRE(accepted);
  CHECK(accepted->differences.size() == 2);
}

TEST_CASE("a few connections with another cipher suite are no other TLS parameters", "[reports]") {
  Random random(5);
  const auto base = side(random, "a", 3);
  auto fresh = side(random, "b", 3);
  fresh[0].result.load.fleets[0].negotiated["version"] = {{"TLS 1.3", 995}, {"TLS 1.2", 5}};
  CHECK(refusal(base, fresh) == "compared");
}

TEST_CASE("sides that are no pair are refused", "[reports]") {
  Random random(5);
  const auto base = side(random, "a", 3);
  auto fresh = side(random, "b", 3);
  CHECK(refusal(base, {}) ==
        "there is nothing to compare with (name files of both sides: --base A.json... --new "
        "B.json...)");
  fresh[0].file = "a1.json";
  CHECK(refusal(base, fresh) ==
        "a1.json: is named twice (a run counts once: two copies of it would hide its noise)");
  fresh[0].file = "m.json";
  fresh[0].from_matrix = true;
  CHECK(refusal(base, fresh) ==
        "m.json: is a matrix, a0.json is a result (compare results with results, matrices with "
        "matrices)");
}

TEST_CASE("runs that are not valid judge nothing", "[reports]") {
  Random random(5);
  auto fresh = side(random, "b", 5, 3);
  fresh[3].result.valid = false;
  fresh[3].result.invalid_reasons = {"the generator was saturated"};
  const auto base = side(random, "a", 5);
  const auto compared = reports::compare(base, fresh, {});
  REQUIRE(compared);
  CHECK(compared->not_valid == std::vector<std::string>{"b3.json: the generator was saturated"});
  CHECK(reports::exit_code_for(*compared) == 5);
  CHECK(reports::exit_code_for(*reports::compare(base, fresh, {.accept_invalid = true})) == 1);
}

TEST_CASE("runs that were not interleaved are noted", "[reports]") {
  Random random(5);
  auto base = side(random, "a", 3);
  auto fresh = side(random, "b", 3);
  for (auto& one : base) one.result.started_at = "2026-11-28T01:00:00Z";
  for (auto& one : fresh) one.result.started_at = "2026-11-28T01:30:00Z";
  auto notes = reports::compare(base, fresh, {})->notes;
  REQUIRE(notes.size() == 1);
  CHECK(notes[0].starts_with("all runs of one side began before those of the other"));
  fresh[0].result.started_at = "2026-11-28T00:30:00Z";
  CHECK(reports::compare(base, fresh, {})->notes.empty());
}

TEST_CASE("checks with another verdict are listed, and known ones excused", "[reports]") {
  const auto of = [](const char* file, const reports::Result& result) {
    return Side{{.file = file, .result = result, .from_matrix = false}};
  };
  auto before = tests::checks_only_result();
  for (auto& check : before.checks) check.verdict = reports::Verdict::pass;
  auto after = before;
  after.checks[0].verdict = reports::Verdict::fail;
  after.checks[0].reason = "it was accepted";
  after.checks[1].verdict = reports::Verdict::skip;
  const auto compared = reports::compare(of("a.json", before), of("b.json", after), {});
  REQUIRE(compared);
  REQUIRE(compared->checks.size() == 2);
  CHECK(compared->same_checks == before.checks.size() - 2);
  CHECK(compared->checks[0].verdict == ChangeVerdict::worse);
  CHECK(compared->checks[0].base == "pass");
  CHECK(compared->checks[0].fresh == "fail");
  CHECK(compared->checks[0].reason == "it was accepted");
  CHECK(compared->checks[1].verdict == ChangeVerdict::not_judged);
  CHECK(reports::exit_code_for(*compared) == 1);

  CompareOptions known;
  known.baseline = reports::Baseline{};
  known.baseline->brokers.push_back(
      {.driver = after.broker.driver,
       .version = after.broker.version,
       .deviations = {{after.checks[0].id, reports::Verdict::fail, "issue 7", {}}}});
  const auto excused = reports::compare(of("a.json", before), of("b.json", after), known);
  REQUIRE(excused);
  CHECK(excused->checks[0].excused);
  CHECK(reports::exit_code_for(*excused) == 0);
  const auto healed = reports::compare(of("b.json", after), of("a.json", before), {});
  CHECK(healed->checks[0].verdict == ChangeVerdict::better);
  CHECK(reports::exit_code_for(*healed) == 0);
}

TEST_CASE("a comparison reads as before", "[reports]") {
  Random random(5);
  auto base = side(random, "a", 5);
  auto fresh = side(random, "b", 5, 2);
  for (auto* runs : {&base, &fresh}) {
    for (auto& one : *runs) {
      one.result.checks = tests::checks_only_result().checks;
      one.result.started_at = "2026-11-28T02:00:00Z";
    }
  }
  fresh[2].result.checks[0].verdict = reports::Verdict::fail;
  fresh[2].result.checks[0].reason = "it was <b>accepted</b>";
  fresh[0].result.machine.cores = 4;
  const auto compared = reports::compare(base, fresh, {.accepted = {reports::Aspect::machine}});
  REQUIRE(compared);
  CHECK(tests::golden_difference(reports::comparison_terminal(*compared, {.width = 120}),
                                 "reports/comparison.txt") == "");
  CHECK(tests::golden_difference(reports::comparison_terminal(*compared, {.width = 60}),
                                 "reports/comparison_narrow.txt") == "");
  CHECK(tests::golden_difference(reports::comparison_markdown(*compared),
                                 "reports/comparison.md") == "");
}
