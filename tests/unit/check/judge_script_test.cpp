// A script's judgement between its controls and beside its other tries.
#include "harness/check/judge.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/check/transcripts.hpp"

namespace handfast::check {
namespace {

using probe::Outcome;
using reports::Verdict;
using test::attempt;

/// Passes when the last step was an acceptance.
ScriptPlan accepting_script() {
  ScriptPlan plan;
  plan.listeners = {"one"};
  plan.judge = [](Level level, const ScriptEvidence& evidence) -> Judgement {
    const bool good = evidence.steps.back().outcome == Outcome::accept;
    const auto contrary_verdict = level == Level::must ? Verdict::fail : Verdict::warn;
    return {.verdict = good ? Verdict::pass : contrary_verdict,
            .observed = std::string(to_string(evidence.steps.back().outcome)),
            .reason = "as the script says"};
  };
  return plan;
}

ScriptEvidence seen(Outcome outcome) {
  ScriptEvidence evidence;
  evidence.steps.push_back({.what = "it", .outcome = outcome});
  return evidence;
}

ScriptRun controlled(std::vector<ScriptEvidence> tries) {
  ScriptRun run;
  run.twin_before = attempt(test::accepted());
  run.tries = std::move(tries);
  run.twin_after = {attempt(test::accepted())};
  return run;
}

TEST_CASE("a script between accepted controls is judged by its own judge", "[check]") {
  const auto plan = accepting_script();
  CHECK(judge(plan, Level::must, controlled({seen(Outcome::accept)})).verdict == Verdict::pass);
  CHECK(judge(plan, Level::must, controlled({seen(Outcome::reject)})).verdict == Verdict::fail);
  CHECK(judge(plan, Level::may, controlled({seen(Outcome::accept)})).verdict == Verdict::info);
}

TEST_CASE("tries that disagree prove nothing", "[check]") {
  const auto mixed = judge(accepting_script(), Level::must,
                           controlled({seen(Outcome::reject), seen(Outcome::accept)}));
  CHECK(mixed.verdict == Verdict::inconclusive);
  CHECK_THAT(mixed.reason, Catch::Matchers::Contains("2 tries disagreed"));
}

TEST_CASE("a warning that does not come again is told and no more", "[check]") {
  const auto again = judge(accepting_script(), Level::should,
                           controlled({seen(Outcome::reject), seen(Outcome::accept)}));
  CHECK(again.verdict == Verdict::pass);
  CHECK_THAT(again.reason, Catch::Matchers::Contains("the first try"));
}

TEST_CASE("a control that fails before the script makes it inconclusive", "[check]") {
  auto run = controlled({});
  run.twin_before = attempt(test::rejected_with(40));
  CHECK(judge(accepting_script(), Level::must, run).verdict == Verdict::inconclusive);
}

TEST_CASE("a control that fails after the script alone means lost service", "[check]") {
  auto run = controlled({seen(Outcome::accept)});
  run.twin_after = {attempt(test::outcome_of(Outcome::hang))};
  const auto lost = judge(accepting_script(), Level::must, run);
  CHECK(lost.verdict == Verdict::inconclusive);
  CHECK(lost.service_lost);
}

TEST_CASE("what the script itself says comes before its judge", "[check]") {
  auto skip = seen(Outcome::reject);
  skip.skip = "tls12-not-spoken";
  const auto skipped_row = judge(accepting_script(), Level::must, controlled({skip}));
  CHECK(skipped_row.verdict == Verdict::skip);
  CHECK(skipped_row.reason == "tls12-not-spoken");
  auto broken = seen(Outcome::reject);
  broken.problem = "no such file";
  CHECK(judge(accepting_script(), Level::must, controlled({broken})).verdict == Verdict::error);
}

TEST_CASE("a broker that died during a script fails it", "[check]") {
  auto run = controlled({seen(Outcome::accept)});
  run.circumstances.broker_died = "killed by signal 11";
  const auto died = judge(accepting_script(), Level::may, run);
  CHECK(died.verdict == Verdict::fail);
  CHECK_THAT(died.reason, Catch::Matchers::Contains("killed by signal 11"));
}

}  // namespace
}  // namespace handfast::check
