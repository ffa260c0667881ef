// Rows that are decided by the first answer: the judge on evidence written by hand.
#include "harness/check/tls_protocol/hello_row.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/check_tls/steps.hpp"

namespace handfast::check::tls_protocol {
namespace {

using probe::HelloBase;
using reports::Verdict;
using test::accepted;
using test::alerted;
using test::closed;
using test::evidence_of;
using test::hung;

const auto control = control_name(HelloBase::modern);
const auto control12 = control_name(HelloBase::tls12);

HelloRow refusing() {
  HelloRow row;
  row.cases.push_back({.what = "weak", .want = Want::reject, .alerts = {70, 40}});
  return row;
}

TEST_CASE("a rejection with the specified alert passes", "[check]") {
  const auto judged =
      judge_hello(refusing(), Level::must, evidence_of({accepted(control), alerted("weak", 70)}));
  CHECK(judged.verdict == Verdict::pass);
  CHECK(judged.observed == "reject: alert protocol_version (70)");
  CHECK(judged.reason == "rejected, as expected");
}

TEST_CASE("a rejection with a tolerated alert passes with a note", "[check]") {
  const auto judged =
      judge_hello(refusing(), Level::must, evidence_of({accepted(control), alerted("weak", 40)}));
  CHECK(judged.verdict == Verdict::pass);
  CHECK(judged.reason == "rejected, as expected; the specified alert is protocol_version (70)");
}

TEST_CASE("a rejection with another alert, without one, or late is a warning", "[check]") {
  const auto verdict = [](Step step) {
    return judge_hello(refusing(), Level::must, evidence_of({accepted(control), std::move(step)}));
  };
  CHECK(verdict(alerted("weak", 48)).verdict == Verdict::warn);
  CHECK(verdict(closed("weak")).verdict == Verdict::warn);
  CHECK(verdict(closed("weak")).reason == "rejected, but without the alert protocol_version (70)");
  CHECK(verdict(hung("weak")).verdict == Verdict::warn);
}

TEST_CASE("an acceptance where a rejection is expected weighs what the row weighs", "[check]") {
  const auto evidence = evidence_of({accepted(control), accepted("weak")});
  CHECK(judge_hello(refusing(), Level::must, evidence).verdict == Verdict::fail);
  CHECK(judge_hello(refusing(), Level::should, evidence).verdict == Verdict::warn);
  CHECK(judge_hello(refusing(), Level::may, evidence).verdict == Verdict::info);
}

TEST_CASE("a case may weigh less than its row, and the worst case is named", "[check]") {
  auto row = refusing();
  row.cases.push_back({.what = "outdated", .want = Want::reject, .level = Level::should});
  const auto weak_only =
      evidence_of({accepted(control), alerted("weak", 70), accepted("outdated")});
  const auto judged = judge_hello(row, Level::must, weak_only);
  CHECK(judged.verdict == Verdict::warn);
  CHECK(judged.reason == "outdated: accepted where a rejection is expected");
}

TEST_CASE("a listener that does not answer the unchanged hello proves nothing", "[check]") {
  for (const auto& lost : {hung(control), closed(control), alerted(control, 40)}) {
    const auto judged = judge_hello(refusing(), Level::must, evidence_of({lost}));
    CHECK(judged.verdict == Verdict::inconclusive);
  }
}

TEST_CASE("a version that is not spoken is skipped with its token", "[check]") {
  HelloRow row;
  row.cases.push_back({.what = "case", .base = HelloBase::tls12});
  const auto judged = judge_hello(row, Level::must, evidence_of({alerted(control12, 70)}));
  CHECK(judged.verdict == Verdict::skip);
  CHECK(judged.reason == "tls12-not-spoken");

  row.cases[0].base = HelloBase::tls12_rsa;
  const auto no_rsa = evidence_of({alerted(control_name(HelloBase::tls12_rsa), 40)});
  CHECK(judge_hello(row, Level::must, no_rsa).reason == "no-rsa-server");
}

TEST_CASE("a row is skipped when a version beside its cases is not spoken", "[check]") {
  HelloRow row;
  row.also_spoken = {HelloBase::tls13};
  row.cases.push_back({.what = "case", .base = HelloBase::tls12});
  const auto judged = judge_hello(row, Level::must,
                                  evidence_of({alerted(control_name(HelloBase::tls13), 70),
                                               accepted(control12), accepted("case")}));
  CHECK(judged.verdict == Verdict::skip);
  CHECK(judged.reason == "tls13-not-spoken");
}

TEST_CASE("cases of a version that is not spoken are left out, the others judged", "[check]") {
  HelloRow row;
  row.cases = {{.what = "new"}, {.what = "old", .base = HelloBase::tls12}};
  const auto judged = judge_hello(
      row, Level::must, evidence_of({accepted(control), alerted(control12, 70), hung("new")}));
  CHECK(judged.verdict == Verdict::fail);
}

TEST_CASE("an acceptance that says the wrong thing is contrary", "[check]") {
  HelloRow row;
  row.cases.push_back(
      {.what = "order",
       .fact = FactWant{.name = "suite", .values = {"0xc02f"}, .otherwise = "weaker"}});
  const auto answer = [&row](const std::string& suite) {
    return judge_hello(row, Level::should,
                       evidence_of({accepted(control), accepted("order", {{"suite", suite}})}));
  };
  CHECK(answer("0xc02f").verdict == Verdict::pass);
  CHECK(answer("0x002f").verdict == Verdict::warn);
  CHECK(answer("0x002f").observed == "suite 0x002f where 0xc02f is expected");
  CHECK(answer("0x002f").reason == "weaker");
}

TEST_CASE("a fact without values must be what the control was answered", "[check]") {
  HelloRow row;
  row.cases.push_back({.what = "grease", .fact = FactWant{.name = "version", .values = {}}});
  const auto seen = [&row](const std::string& version) {
    return judge_hello(row, Level::must,
                       evidence_of({accepted(control, {{"version", "TLS 1.2"}}),
                                    accepted("grease", {{"version", version}})}));
  };
  CHECK(seen("TLS 1.2").verdict == Verdict::pass);
  CHECK(seen("TLS 1.3").verdict == Verdict::fail);
}

TEST_CASE("a case that goes to CONNACK must get there", "[check]") {
  HelloRow row;
  row.cases.push_back({.what = "case", .to_connack = true});
  const auto whole = whole_name(row.cases[0]);
  CHECK(judge_hello(row, Level::must,
                    evidence_of({accepted(control), accepted("case"), accepted(whole)}))
            .verdict == Verdict::pass);
  CHECK(judge_hello(row, Level::must,
                    evidence_of({accepted(control), accepted("case"), closed(whole)}))
            .verdict == Verdict::fail);
}

TEST_CASE("what was not played is our error, what was not sent is inconclusive", "[check]") {
  CHECK(judge_hello(refusing(), Level::must, evidence_of({accepted(control)})).verdict ==
        Verdict::error);
  Step unsent;
  unsent.what = "weak";
  CHECK(judge_hello(refusing(), Level::must, evidence_of({accepted(control), unsent})).verdict ==
        Verdict::inconclusive);
  auto broken = evidence_of({accepted(control)});
  broken.problem = "no key";
  CHECK(judge_hello(refusing(), Level::must, broken).verdict == Verdict::error);
}

TEST_CASE("either outcome is recorded", "[check]") {
  HelloRow row;
  row.cases.push_back({.what = "bare", .want = Want::either});
  for (const auto& step : {accepted("bare"), alerted("bare", 40), closed("bare")}) {
    CHECK(judge_hello(row, Level::may, evidence_of({accepted(control), step})).verdict ==
          Verdict::info);
  }
}

}  // namespace
}  // namespace handfast::check::tls_protocol
