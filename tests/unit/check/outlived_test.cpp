// Judges of sessions and connections that outlive what allowed them, with evidence written by hand.
#include "harness/check/outlived_rows.hpp"

#include "harness/check/chain_rows.hpp"
#include "harness/check/reload_rows.hpp"
#include "tests/support/catch.hpp"

namespace handfast::check {
namespace {

using probe::Outcome;
using reports::Verdict;

const std::vector<std::uint8_t> expired{45, 42, 46};

Step told(const std::string& what, Outcome outcome, const std::string& resumed = "no") {
  Step step{.what = what, .outcome = outcome};
  step.facts.emplace_back("resumed", resumed);
  return step;
}

/// One version's four steps.
void add_way(ScriptEvidence& evidence, const std::string& version, Outcome full, Outcome after,
             const std::string& resumed_then) {
  const auto name = [&](std::string_view what) { return version + ": " + std::string(what); };
  evidence.steps.push_back(told(name(first_connection), Outcome::accept));
  evidence.steps.push_back(told(name(resumed_before), Outcome::accept, "yes"));
  evidence.steps.push_back(told(name(full_after), full));
  auto last = told(name(resumed_after), after, resumed_then);
  if (after == Outcome::reject) {
    last.close = probe::CloseKind::alert;
    last.alert = 45;
  }
  evidence.steps.push_back(std::move(last));
}

Judgement judged(Outcome full, Outcome after, const std::string& resumed_then) {
  ScriptEvidence evidence;
  add_way(evidence, "TLS 1.3", Outcome::reject, Outcome::reject, "no");
  add_way(evidence, "TLS 1.2", full, after, resumed_then);
  return judge_outlived_session(Level::should, evidence, expired);
}

TEST_CASE("a session that is rejected as a full handshake is passes", "[check]") {
  CHECK(judged(Outcome::reject, Outcome::reject, "no").verdict == Verdict::pass);
}

TEST_CASE("a session that outlives its certificate is contrary, and names its version", "[check]") {
  const auto seen = judged(Outcome::reject, Outcome::accept, "yes");
  CHECK(seen.verdict == Verdict::warn);
  CHECK(seen.reason == "TLS 1.2: the session was resumed, where a full handshake is rejected");
  CHECK(judged(Outcome::reject, Outcome::accept, "no").verdict == Verdict::warn);
}

TEST_CASE("where a full handshake is accepted too, resumption proves nothing", "[check]") {
  ScriptEvidence evidence;
  add_way(evidence, "TLS 1.3", Outcome::accept, Outcome::accept, "yes");
  const auto seen = judge_outlived_session(Level::should, evidence, expired);
  CHECK(seen.verdict == Verdict::skip);
  // One version that can be judged is enough.
  CHECK(judged(Outcome::accept, Outcome::accept, "yes").verdict == Verdict::pass);
}

TEST_CASE("a broker that gives no session, or resumes none, is left out", "[check]") {
  ScriptEvidence none;
  none.steps.push_back(told("TLS 1.3: " + std::string(first_connection), Outcome::accept));
  CHECK(judge_outlived_session(Level::should, none, expired).reason == "no-session-given");
  ScriptEvidence unused;
  add_way(unused, "TLS 1.3", Outcome::reject, Outcome::reject, "no");
  unused.steps.at(1).facts = {{"resumed", "no"}};
  const auto seen = judge_outlived_session(Level::should, unused, expired);
  CHECK(seen.verdict == Verdict::skip);
  CHECK(seen.reason == "not-resumed");
}

ScriptEvidence connection(Outcome before, Outcome fresh, Outcome live) {
  ScriptEvidence evidence;
  evidence.steps = {told(std::string(live_before), before), told(std::string(full_after), fresh),
                    told(std::string(live_after), live)};
  return evidence;
}

TEST_CASE("a live connection may be kept or ended, a fresh one must be rejected", "[check]") {
  const auto kept = judge_outlived_connection(
      connection(Outcome::accept, Outcome::reject, Outcome::accept), true);
  CHECK(kept.verdict == Verdict::info);
  CHECK(kept.observed == "the connection was kept");
  const auto ended = judge_outlived_connection(
      connection(Outcome::accept, Outcome::reject, Outcome::reject), true);
  CHECK(ended.verdict == Verdict::info);
  CHECK(ended.observed == "the connection was ended");
  const auto open = connection(Outcome::accept, Outcome::accept, Outcome::accept);
  CHECK(judge_outlived_connection(open, true).verdict == Verdict::fail);
  CHECK(judge_outlived_connection(open, false).verdict == Verdict::inconclusive);
  CHECK(
      judge_outlived_connection(connection(Outcome::reject, Outcome::reject, Outcome::reject), true)
          .verdict == Verdict::inconclusive);
}

TEST_CASE("a connection beside a reload must stay", "[check]") {
  ScriptEvidence evidence;
  for (const auto outcome : {Outcome::reject, Outcome::accept, Outcome::reject}) {
    evidence.steps.push_back({.what = "step", .outcome = outcome});
  }
  evidence.steps.push_back({.what = std::string(connected_before), .outcome = Outcome::accept});
  const auto judge = [&] { return judge_reload(Level::should, evidence, Outcome::accept).verdict; };
  CHECK(judge() == Verdict::pass);
  evidence.steps.back().outcome = Outcome::reject;
  CHECK(judge() == Verdict::warn);
  evidence.steps.back().outcome = Outcome::hang;
  CHECK(judge() == Verdict::warn);
  evidence.steps.back().outcome = Outcome::not_sent;
  CHECK(judge() == Verdict::inconclusive);
}

TEST_CASE("a CRL file in DER: start refused or honoured, never ignored", "[check]") {
  ScriptEvidence evidence;
  evidence.steps = {{.what = std::string(der_file_start), .outcome = Outcome::reject}};
  CHECK(judge_der_file(Level::should, evidence).verdict == Verdict::pass);
  evidence.steps.front().outcome = Outcome::accept;
  evidence.steps.push_back({.what = std::string(der_file_client), .outcome = Outcome::reject});
  CHECK(judge_der_file(Level::should, evidence).verdict == Verdict::pass);
  evidence.steps.back().outcome = Outcome::accept;
  CHECK(judge_der_file(Level::should, evidence).verdict == Verdict::fail);
}

}  // namespace
}  // namespace handfast::check
