// Verdicts on one connection: outcome, level, alert, timing (chain-cases.md 1.1, 1.2, 1.5).
#include "harness/check/judge.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/check/transcripts.hpp"

namespace handfast::check {
namespace {

using namespace std::chrono_literals;
using namespace test;
using probe::CloseKind;
using probe::Outcome;
using reports::Verdict;

TEST_CASE("a rejection with the specified alert passes", "[check]") {
  const auto judgement = judge(rejecting_plan(), Level::must, evidence_of(rejected_with(48)));
  CHECK(judgement.verdict == Verdict::pass);
  CHECK(judgement.observed ==
        "reject: alert unknown_ca (48) received after the handshake completed");
  CHECK(judgement.reason == "rejected with the alert that the specification asks for");
}

TEST_CASE("a tolerated alert passes with a note", "[check]") {
  const auto judgement = judge(rejecting_plan(), Level::must, evidence_of(rejected_with(42)));
  CHECK(judgement.verdict == Verdict::pass);
  CHECK(judgement.reason ==
        "rejected; alert bad_certificate (42) is tolerated, the specification asks for unknown_ca "
        "(48)");
}

TEST_CASE("the alert is compared with the set of the TLS version that was spoken", "[check]") {
  const auto tls12 = tls::Version::tls1_2;
  CHECK(judge(rejecting_plan(), Level::must, evidence_of(rejected_with(40, tls12))).reason ==
        "rejected with the alert that the specification asks for");
  CHECK(judge(rejecting_plan(), Level::must, evidence_of(rejected_with(48, tls12))).verdict ==
        Verdict::warn);
}

TEST_CASE("an alert outside the set warns and never fails", "[check]") {
  const auto judgement = judge(rejecting_plan(), Level::must, evidence_of(rejected_with(80)));
  CHECK(judgement.verdict == Verdict::warn);
  CHECK(judgement.reason ==
        "rejected, but alert internal_error (80) is none of the expected ones; the specification "
        "asks for unknown_ca (48)");
}

TEST_CASE("a rejection without an alert warns", "[check]") {
  for (const auto close : {CloseKind::fin, CloseKind::rst, CloseKind::close_notify}) {
    const auto judgement =
        judge(rejecting_plan(), Level::must, evidence_of(rejected_without_alert(close)));
    CHECK(judgement.verdict == Verdict::warn);
    CHECK(judgement.reason ==
          "rejected without an alert; the specification asks for unknown_ca (48)");
  }
}

TEST_CASE("an acceptance in place of a rejection weighs as its level says", "[check]") {
  const auto evidence = evidence_of(accepted());
  CHECK(judge(rejecting_plan(), Level::must, evidence).verdict == Verdict::fail);
  CHECK(judge(rejecting_plan(), Level::must, evidence).reason ==
        "accepted where a rejection is expected");
  CHECK(judge(rejecting_plan(), Level::should, evidence).verdict == Verdict::warn);
  CHECK(judge(rejecting_plan(), Level::may, evidence).verdict == Verdict::info);
  CHECK(judge(rejecting_plan(), Level::self, evidence).verdict == Verdict::error);
}

TEST_CASE("a list may weigh less than its row", "[check]") {
  auto plan = rejecting_plan();
  plan.expect.level = Level::should;
  CHECK(judge(plan, Level::must, evidence_of(accepted())).verdict == Verdict::warn);
}

TEST_CASE("a row that may go either way records and never passes", "[check]") {
  CHECK(judge(rejecting_plan(), Level::may, evidence_of(rejected_with(48))).verdict ==
        Verdict::info);
}

TEST_CASE("a refusal by MQTT in place of a rejection warns", "[check]") {
  const auto judgement =
      judge(rejecting_plan(), Level::must, evidence_of(outcome_of(Outcome::refuse)));
  CHECK(judgement.verdict == Verdict::warn);
  CHECK(judgement.reason == "access was denied, but only by MQTT: the client got through TLS");
}

TEST_CASE("an identity row is satisfied by a refusal as by a rejection", "[check]") {
  auto plan = rejecting_plan();
  plan.expect.refusal_suffices = true;
  const auto judgement = judge(plan, Level::must, evidence_of(outcome_of(Outcome::refuse)));
  CHECK(judgement.verdict == Verdict::pass);
  CHECK(judgement.reason == "refused by MQTT, as good as by TLS here");
  CHECK(as_expected(plan.expect, outcome_of(Outcome::refuse)));
  CHECK(judge(plan, Level::must, evidence_of(accepted())).verdict == Verdict::fail);
}

TEST_CASE("rows of the group identity alone are satisfied by a refusal", "[check]") {
  for (const auto& spec : catalogue()) {
    const auto* plan = std::get_if<ProbePlan>(&spec.plan);
    if (plan == nullptr || plan->expect.outcome != Outcome::reject) continue;
    INFO(spec.id);
    CHECK(plan->expect.refusal_suffices == (spec.group == "identity"));
  }
}

TEST_CASE("a hang warns where a rejection and fails where an acceptance is expected", "[check]") {
  const auto evidence = evidence_of(outcome_of(Outcome::hang));
  CHECK(judge(rejecting_plan(), Level::must, evidence).verdict == Verdict::warn);
  CHECK(judge(accepting_plan(), Level::must, evidence).verdict == Verdict::fail);
  CHECK(judge(accepting_plan(), Level::must, evidence).reason ==
        "not accepted where acceptance is expected");
}

TEST_CASE("a stimulus that was not sent is inconclusive", "[check]") {
  const auto evidence = evidence_of(outcome_of(Outcome::not_sent));
  const auto judgement = judge(rejecting_plan(), Level::must, evidence);
  CHECK(judgement.verdict == Verdict::inconclusive);
  CHECK(judgement.reason == "the stimulus was not sent");
}

TEST_CASE("an MQTT answer to a client that is then rejected fails at any level", "[check]") {
  auto transcript = rejected_with(48);
  transcript.connack_code = 0;
  for (const auto level : {Level::must, Level::should}) {
    const auto judgement = judge(rejecting_plan(), level, evidence_of(transcript));
    CHECK(judgement.verdict == Verdict::fail);
    CHECK(judgement.reason ==
          "a client that was rejected had its CONNECT answered: an MQTT side effect");
  }
}

TEST_CASE("a right outcome that took more than half its deadline warns", "[check]") {
  auto slow = rejected_with(48);
  slow.phases = {{"tcp", 1ms}, {"tls", 2600ms}};
  CHECK(judge(rejecting_plan(), Level::must, evidence_of(slow)).verdict == Verdict::warn);
  auto accepted_late = accepted();
  accepted_late.phases = {{"tls", 1ms}, {"connack", 2600ms}};
  const auto judgement = judge(accepting_plan(), Level::must, evidence_of(accepted_late));
  CHECK(judgement.verdict == Verdict::warn);
  CHECK(judgement.reason == "accepted, but connack took more than half of its deadline");
}

TEST_CASE("an acceptance without a certificate asked for proves nothing", "[check]") {
  auto transcript = accepted();
  transcript.tls.certificate_requested = transcript.tls.certificate_sent = false;
  const auto judgement = judge(accepting_plan(), Level::must, evidence_of(transcript));
  CHECK(judgement.verdict == Verdict::inconclusive);
  CHECK(judgement.reason ==
        "listener-not-two-way: the server did not ask for the client's certificate");
}

TEST_CASE("a certificate request on a one-way listener is a mismatch", "[check]") {
  ProbePlan plan;
  plan.stimulus.listener = "tls";
  plan.expect.no_certificate_request = true;
  const auto judgement = judge(plan, Level::must, evidence_of(accepted()));
  CHECK(judgement.verdict == Verdict::warn);
  CHECK(judgement.reason ==
        "descriptor-mismatch: a one-way listener asked for a client certificate");
}

TEST_CASE("a client with a certificate ready passes where nobody asks for it", "[check]") {
  auto plan = accepting_plan();
  plan.expect.no_certificate_request = true;
  auto transcript = accepted();
  transcript.tls.certificate_requested = transcript.tls.certificate_sent = false;
  CHECK(judge(plan, Level::must, evidence_of(transcript)).verdict == Verdict::pass);
  CHECK(judge(plan, Level::must, evidence_of(accepted())).verdict == Verdict::warn);
}

TEST_CASE("a log that is there must name the client", "[check]") {
  auto plan = accepting_plan();
  plan.expect.log_line = true;
  auto evidence = evidence_of(accepted());
  CHECK(judge(plan, Level::must, evidence).verdict == Verdict::pass);
  evidence.log_available = true;
  CHECK(judge(plan, Level::must, evidence).verdict == Verdict::warn);
  evidence.rounds[0].trials[0].tries[0].log_named_client = true;
  CHECK(judge(plan, Level::must, evidence).verdict == Verdict::pass);
}

ProbePlan client_refusing_plan() {
  ProbePlan plan;
  plan.expect.outcome = Outcome::reject;
  plan.expect.by = Rejecter::our_client;
  plan.expect.verify_codes = {20};
  plan.expect.alerts_tls13 = {48};
  plan.expect.server_chain_length = 2;
  return plan;
}

TEST_CASE("our client's refusal passes for the right reason only", "[check]") {
  const auto plan = client_refusing_plan();
  const auto right = judge(plan, Level::self, evidence_of(refused_by_our_client(20, 48)));
  CHECK(right.verdict == Verdict::pass);
  CHECK(right.reason == "our client refused the server: unable to get local issuer certificate");
  const auto wrong = judge(plan, Level::self, evidence_of(refused_by_our_client(10, 48)));
  CHECK(wrong.verdict == Verdict::error);
  CHECK(wrong.reason ==
        "our client refused the server for another reason, verify code 10 cert_has_expired");
  CHECK(judge(plan, Level::self, evidence_of(refused_by_our_client(20, 45))).reason ==
        "our client sent another alert than expected");
}

TEST_CASE("who ended the connection is never mixed up", "[check]") {
  const auto by_broker = judge(client_refusing_plan(), Level::self, evidence_of(rejected_with(48)));
  CHECK(by_broker.verdict == Verdict::inconclusive);
  CHECK(by_broker.reason ==
        "the connection ended before our client could refuse the server's chain");
  const auto by_us =
      judge(rejecting_plan(), Level::must, evidence_of(refused_by_our_client(20, 48)));
  CHECK(by_us.verdict == Verdict::inconclusive);
  CHECK(by_us.reason == "our client refused the server's chain");
}

TEST_CASE("a row about the server's chain fails when our client refuses it", "[check]") {
  ProbePlan plan;
  plan.expect.judges_server_chain = true;
  plan.expect.server_chain_length = 2;
  auto transcript = refused_by_our_client(20, 48);
  transcript.tls.peer_chain_length = 1;  // the very defect
  const auto judgement = judge(plan, Level::must, evidence_of(transcript));
  CHECK(judgement.verdict == Verdict::fail);
  CHECK(judgement.reason ==
        "our client refused the server's chain: unable to get local issuer certificate");
}

TEST_CASE("a server that completes its chain by itself makes a leaf row inconclusive", "[check]") {
  auto plan = client_refusing_plan();
  plan.expect.server_chain_length = 1;
  const auto judgement = judge(plan, Level::self, evidence_of(refused_by_our_client(20, 48)));
  CHECK(judgement.verdict == Verdict::inconclusive);
  CHECK(judgement.reason == "the server sent 2 certificate(s) where the row needs 1");
}

TEST_CASE("as_expected looks at the outcome and at who rejected", "[check]") {
  CHECK(as_expected(rejecting_plan().expect, rejected_with(80)));
  CHECK_FALSE(as_expected(rejecting_plan().expect, refused_by_our_client(20, 48)));
  CHECK(as_expected(client_refusing_plan().expect, refused_by_our_client(20, 48)));
  CHECK_FALSE(as_expected(accepting_plan().expect, rejected_with(48)));
}

TEST_CASE("a round trip that completes passes and a lost one weighs as its level", "[check]") {
  Evidence evidence;
  evidence.round_trips = {{.completed = true, .detail = "got it", .duration = 1ms}};
  CHECK(judge(RoundTripPlan{}, Level::must, evidence).verdict == Verdict::pass);
  evidence.round_trips = {{.completed = false, .detail = "late", .duration = 1ms}};
  CHECK(judge(RoundTripPlan{}, Level::must, evidence).verdict == Verdict::fail);
  CHECK(judge(RoundTripPlan{}, Level::must, evidence).observed == "late");
  evidence.round_trips.push_back({.completed = true, .detail = "got it", .duration = 1ms});
  CHECK(judge(RoundTripPlan{}, Level::must, evidence).verdict == Verdict::inconclusive);
}

}  // namespace
}  // namespace handfast::check
