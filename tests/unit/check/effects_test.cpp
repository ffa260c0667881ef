// Judges of rows about what a rejection or a reload does to others, with evidence written by hand.
#include "harness/check/rejection_rows.hpp"
#include "harness/check/reload_rows.hpp"
#include "tests/support/catch.hpp"

namespace handfast::check {
namespace {

using probe::Outcome;
using reports::Verdict;

ScriptEvidence outcomes(std::initializer_list<Outcome> list) {
  ScriptEvidence evidence;
  for (const auto outcome : list) evidence.steps.push_back({.what = "step", .outcome = outcome});
  return evidence;
}

TEST_CASE("a rejected client without effect passes, beside a control that has one", "[check]") {
  const auto evidence = outcomes({Outcome::reject, Outcome::accept, Outcome::accept});
  CHECK(judge_no_effect(Level::must, evidence).verdict == Verdict::pass);
}

TEST_CASE("an effect of a rejected client fails at every level", "[check]") {
  const auto evidence = outcomes({Outcome::reject, Outcome::reject, Outcome::accept});
  CHECK(judge_no_effect(Level::must, evidence).verdict == Verdict::fail);
  CHECK(judge_no_effect(Level::may, evidence).verdict == Verdict::fail);
}

TEST_CASE("a client that got in, or a control without effect, shows nothing", "[check]") {
  CHECK(judge_no_effect(Level::must, outcomes({Outcome::accept, Outcome::accept, Outcome::accept}))
            .verdict == Verdict::inconclusive);
  CHECK(judge_no_effect(Level::must, outcomes({Outcome::reject, Outcome::accept, Outcome::reject}))
            .verdict == Verdict::inconclusive);
}

TEST_CASE("one client too few is contrary", "[check]") {
  CHECK(judge_counts(Level::must, outcomes({Outcome::accept, Outcome::accept})).verdict ==
        Verdict::pass);
  CHECK(judge_counts(Level::must, outcomes({Outcome::accept, Outcome::reject})).verdict ==
        Verdict::fail);
  CHECK(judge_counts(Level::should, outcomes({Outcome::reject})).verdict == Verdict::warn);
}

TEST_CASE("every rejection needs an alert that can be read", "[check]") {
  auto evidence = outcomes({Outcome::reject, Outcome::reject});
  for (auto& step : evidence.steps) step.alert = 48;
  CHECK(judge_alerts_visible(Level::should, evidence).verdict == Verdict::pass);
  evidence.steps.back().alert.reset();
  CHECK(judge_alerts_visible(Level::should, evidence).verdict == Verdict::warn);
  evidence.steps.back().outcome = Outcome::refuse;
  CHECK(judge_alerts_visible(Level::must, evidence).verdict == Verdict::warn);
  evidence.steps.back().outcome = Outcome::reject;
  CHECK(judge_alerts_visible(Level::must, evidence).verdict == Verdict::fail);
  evidence.steps.back().outcome = Outcome::accept;
  CHECK(judge_alerts_visible(Level::should, evidence).verdict == Verdict::inconclusive);
}

TEST_CASE("a reload must take effect, and its undoing must bring the old state back", "[check]") {
  const auto judged = [](std::initializer_list<Outcome> list) {
    return judge_reload(Level::must, outcomes(list), Outcome::reject).verdict;
  };
  CHECK(judged({Outcome::accept, Outcome::reject, Outcome::accept}) == Verdict::pass);
  CHECK(judged({Outcome::accept, Outcome::accept, Outcome::accept}) == Verdict::fail);
  CHECK(judged({Outcome::accept, Outcome::reject, Outcome::reject}) == Verdict::inconclusive);
  CHECK(judged({Outcome::hang, Outcome::reject, Outcome::hang}) == Verdict::inconclusive);
  // Access is denied, but at CONNECT.
  CHECK(judged({Outcome::accept, Outcome::refuse, Outcome::accept}) == Verdict::warn);
}

TEST_CASE("a reload that changes nothing must leave clients alone", "[check]") {
  const auto judged = [](std::initializer_list<Outcome> list) {
    return judge_reload(Level::must, outcomes(list), Outcome::accept).verdict;
  };
  CHECK(judged({Outcome::accept, Outcome::accept, Outcome::accept}) == Verdict::pass);
  CHECK(judged({Outcome::accept, Outcome::reject, Outcome::accept}) == Verdict::fail);
}

}  // namespace
}  // namespace handfast::check
