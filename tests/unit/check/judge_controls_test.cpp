// Verdicts that come from what stands around the stimulus: controls, modes, versions, tries, and a
// broker that does not live through it (chain-cases.md 1.2 to 1.4).
#include "harness/check/judge.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/check/transcripts.hpp"

namespace handfast::check {
namespace {

using namespace test;
using probe::CloseKind;
using probe::Mode;
using probe::Outcome;
using reports::Verdict;

TEST_CASE("a rejection next to a control that was not accepted proves nothing", "[check]") {
  auto evidence = evidence_of(rejected_with(48));
  evidence.rounds[0].twin_before = attempt(rejected_with(48));
  const auto judgement = judge(rejecting_plan(), Level::must, evidence);
  CHECK(judgement.verdict == Verdict::inconclusive);
  CHECK(judgement.reason ==
        "the control connection was not accepted: reject: alert unknown_ca (48) received after the "
        "handshake completed");
  CHECK_FALSE(judgement.service_lost);
}

TEST_CASE("a control that is never accepted again is inconclusive and a lost service", "[check]") {
  auto evidence = evidence_of(rejected_with(48));
  evidence.rounds[0].twin_after = {attempt(outcome_of(Outcome::hang)),
                                   attempt(outcome_of(Outcome::hang))};
  const auto judgement = judge(rejecting_plan(), Level::must, evidence);
  CHECK(judgement.verdict == Verdict::inconclusive);
  CHECK(judgement.service_lost);
}

TEST_CASE("a listener that the negative controls silenced is a lost service too", "[check]") {
  auto evidence = evidence_of(rejected_with(48));
  evidence.lost_to_controls = true;
  const auto judgement = judge(rejecting_plan(), Level::must, evidence);
  CHECK(judgement.verdict == Verdict::inconclusive);
  CHECK(judgement.service_lost);
}

TEST_CASE("a control that comes back within the recovery time is no loss", "[check]") {
  auto evidence = evidence_of(rejected_with(48));
  evidence.rounds[0].twin_after = {attempt(outcome_of(Outcome::hang)), attempt(accepted())};
  const auto judgement = judge(rejecting_plan(), Level::must, evidence);
  CHECK(judgement.verdict == Verdict::pass);
  CHECK_FALSE(judgement.service_lost);
}

TEST_CASE("tries that disagree are inconclusive", "[check]") {
  auto evidence = evidence_of(accepted());
  evidence.rounds[0].trials[0].tries = {attempt(accepted()), attempt(accepted()),
                                        attempt(rejected_with(48))};
  const auto judgement = judge(rejecting_plan(), Level::must, evidence);
  CHECK(judgement.verdict == Verdict::inconclusive);
  CHECK(judgement.reason == "3 tries disagreed: accept, accept, reject");
}

TEST_CASE("the worse of patient and eager mode decides, and is named", "[check]") {
  auto evidence = evidence_of(rejected_with(48));
  evidence.rounds[0].trials.push_back({Mode::eager, {attempt(accepted())}});
  const auto judgement = judge(rejecting_plan(), Level::must, evidence);
  CHECK(judgement.verdict == Verdict::fail);
  CHECK(judgement.reason == "accepted where a rejection is expected (eager mode)");
}

TEST_CASE("modes that disagree leave a row that allows either inconclusive", "[check]") {
  auto evidence = evidence_of(rejected_with(48));
  evidence.rounds[0].trials.push_back({Mode::eager, {attempt(accepted())}});
  const auto judgement = judge(rejecting_plan(), Level::may, evidence);
  CHECK(judgement.verdict == Verdict::inconclusive);
  CHECK(judgement.reason == "patient and eager mode disagree: reject against accept");
}

Evidence two_versions(probe::Transcript tls12, probe::Transcript tls13) {
  Evidence evidence;
  evidence.rounds = {round_of(std::move(tls12)), round_of(std::move(tls13))};
  evidence.rounds[0].version = tls::Version::tls1_2;
  evidence.rounds[1].version = tls::Version::tls1_3;
  return evidence;
}

TEST_CASE("the worse of both TLS versions decides, and is named", "[check]") {
  const auto evidence =
      two_versions(rejected_with(40, tls::Version::tls1_2), accepted(tls::Version::tls1_3));
  const auto judgement = judge(rejecting_plan(), Level::must, evidence);
  CHECK(judgement.verdict == Verdict::fail);
  CHECK(judgement.reason == "TLS 1.3: accepted where a rejection is expected");
}

TEST_CASE("a TLS version that the broker does not speak is left out and said so", "[check]") {
  auto evidence = two_versions(rejected_with(40, tls::Version::tls1_2), rejected_with(48));
  evidence.rounds[0].twin_before = attempt(rejected_with(70, tls::Version::tls1_2));
  const auto judgement = judge(rejecting_plan(), Level::must, evidence);
  CHECK(judgement.verdict == Verdict::pass);
  CHECK(judgement.reason ==
        "TLS 1.3: rejected with the alert that the specification asks for; TLS 1.2 is not spoken "
        "by the broker");

  evidence.rounds[1].twin_before = attempt(rejected_with(70));
  CHECK(judge(rejecting_plan(), Level::must, evidence).verdict == Verdict::inconclusive);
}

TEST_CASE("a broker that dies is a failure at any level", "[check]") {
  auto evidence = evidence_of(rejected_with(48));
  evidence.broker_died = "killed by signal 11 (Segmentation fault)";
  for (const auto level : {Level::must, Level::should, Level::may, Level::self}) {
    const auto judgement = judge(rejecting_plan(), level, evidence);
    CHECK(judgement.verdict == Verdict::fail);
    CHECK(judgement.reason ==
          "the broker died during this check: killed by signal 11 (Segmentation fault)");
  }
}

TEST_CASE("a broker that restarts makes the row inconclusive", "[check]") {
  auto evidence = evidence_of(rejected_with(48));
  evidence.broker_restarted = true;
  CHECK(judge(rejecting_plan(), Level::must, evidence).verdict == Verdict::inconclusive);
}

TEST_CASE("nothing is believed on a listener that lets anyone in", "[check]") {
  auto evidence = evidence_of(accepted());
  evidence.not_two_way = true;
  const auto judgement = judge(accepting_plan(), Level::must, evidence);
  CHECK(judgement.verdict == Verdict::inconclusive);
  CHECK(judgement.reason ==
        "listener-not-two-way: it let a client in without a valid certificate, so its acceptances "
        "prove nothing");
  CHECK(judge(RoundTripPlan{}, Level::must, evidence).verdict == Verdict::inconclusive);
}

TEST_CASE("the negative control itself fails on such a listener", "[check]") {
  auto plan = rejecting_plan();
  plan.negative_control = true;
  auto evidence = evidence_of(accepted());
  evidence.not_two_way = true;
  CHECK(judge(plan, Level::must, evidence).verdict == Verdict::fail);
}

TEST_CASE("settings of ours that do not work are our error", "[check]") {
  auto evidence = evidence_of(rejected_with(48));
  evidence.problem = "no common group";
  const auto judgement = judge(rejecting_plan(), Level::must, evidence);
  CHECK(judgement.verdict == Verdict::error);
  CHECK(judgement.reason == "no common group");
}

TEST_CASE("verdicts have an order of weight", "[check]") {
  const Verdict order[] = {Verdict::error, Verdict::fail, Verdict::inconclusive, Verdict::warn,
                           Verdict::info,  Verdict::pass, Verdict::skip};
  for (std::size_t i = 1; i < std::size(order); ++i) {
    CHECK(worse(order[i - 1], order[i]));
    CHECK_FALSE(worse(order[i], order[i - 1]));
  }
}

}  // namespace
}  // namespace handfast::check
