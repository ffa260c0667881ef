#include "reports/result.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/sample_result.hpp"

using namespace handfast;
using reports::Verdict;

namespace {

reports::CheckResult check(Verdict verdict) {
  reports::CheckResult out;
  out.verdict = verdict;
  return out;
}

}  // namespace

TEST_CASE("every verdict has a name that reads back", "[reports]") {
  for (auto verdict : reports::verdicts)
    CHECK(reports::parse_verdict(to_string(verdict)) == verdict);
  CHECK(to_string(Verdict::inconclusive) == "inconclusive");
  CHECK_FALSE(reports::parse_verdict("passed"));
  CHECK_FALSE(reports::parse_verdict(""));
}

TEST_CASE("verdicts map to the exit codes of the contract", "[reports]") {
  const auto code_of = [](Verdict verdict) {
    reports::Result result;
    result.checks = {check(Verdict::pass), check(verdict)};
    return exit_code_for(result);
  };
  CHECK(code_of(Verdict::pass) == 0);
  CHECK(code_of(Verdict::warn) == 0);
  CHECK(code_of(Verdict::info) == 0);
  CHECK(code_of(Verdict::skip) == 0);
  CHECK(code_of(Verdict::fail) == 1);
  CHECK(code_of(Verdict::inconclusive) == 5);
  CHECK(code_of(Verdict::error) == 4);
}

TEST_CASE("a missed threshold and a broker that died are findings", "[reports]") {
  reports::Result result;
  CHECK(exit_code_for(result) == 0);
  result.thresholds = {{"a.errors == 0", "0", true, true}};
  CHECK(exit_code_for(result) == 0);
  result.thresholds.push_back({"a.ready.p99 < 1ms", "no samples", false, false});
  CHECK(exit_code_for(result) == 1);
  result.thresholds.clear();
  result.broker.died = "killed by signal 11 (Segmentation fault)";
  CHECK(exit_code_for(result) == 1);
}

TEST_CASE("where several hold, the weightiest exit code wins", "[reports]") {
  reports::Result result;
  result.checks = {check(Verdict::fail)};
  CHECK(exit_code_for(result) == 1);
  result.valid = false;
  CHECK(exit_code_for(result) == 5);
  result.problems.push_back(usage_problem("u"));
  CHECK(exit_code_for(result) == 2);
  result.problems.push_back(environment_problem("e"));
  CHECK(exit_code_for(result) == 3);
  result.problems.push_back(internal_problem("i"));
  CHECK(exit_code_for(result) == 4);
  result.interrupted = true;
  CHECK(exit_code_for(result) == 130);
}

TEST_CASE("a problem of kind failed weighs like a failed check", "[reports]") {
  reports::Result result;
  result.problems.push_back({ProblemKind::failed, "the listener did not come back", {}, {}});
  CHECK(exit_code_for(result) == 1);
  result.checks = {check(Verdict::inconclusive)};
  CHECK(exit_code_for(result) == 5);
}
